-- What a plan that is to come cost when it was chosen, and for how many months; null of what was chosen before this was noted.
alter table subscription
  add column next_price bigint check (next_price >= 0),
  add column next_months smallint check (next_months in (1, 12));
