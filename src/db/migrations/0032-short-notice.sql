-- Prices that rose with less notice than the rules promise, and why somebody of the house let them.
create table short_notice (
  id            integer generated always as identity primary key,
  at            timestamptz not null,
  actor         text not null check (length(actor) <= 100),
  noun          text not null check (noun in ('model', 'plan')),
  name          text not null check (length(name) <= 80),
  holds_from    timestamptz not null,
  allowed_from  timestamptz not null,
  reason        text not null check (length(reason) between 1 and 500)
);
create index short_notice_by_time on short_notice (at desc);
revoke all on short_notice from public;
grant select on short_notice to farebox_app, farebox_ledger;
grant insert on short_notice to farebox_app;
