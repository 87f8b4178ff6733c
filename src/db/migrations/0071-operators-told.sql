-- Operators who have an e-mail are written to when something needs a hand, unless they do not want that; of each kind of it is kept when that was said last.
alter table operator add column if not exists alarms boolean not null default true;
create table if not exists operator_alarm (
  kind text primary key check (length(kind) <= 40),
  items integer not null check (items >= 0),
  told_at timestamptz not null
);
grant select, insert, update, delete on operator_alarm to farebox_app;
