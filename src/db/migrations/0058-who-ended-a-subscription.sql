-- Who ended a subscription, now or with its period: its customer takes back what they ended themselves, and nothing else.
alter table subscription
  add column ended_by text check (ended_by in ('customer', 'operator', 'payment')),  -- null: it goes on, or was ended before this was noted
  add column customer_ends boolean not null default false,     -- its customer ended it too, whatever the operator did
  add constraint subscription_ended_by_somebody check (
    ended_by is null or cancel_at_period_end or ending_at is not null or ended_at is not null);
