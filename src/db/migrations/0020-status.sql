-- Whether the service was there, minute by minute, and what follows from a month in which it was not.

-- A minute that somebody looked at. What no node looked at was not there.
create table status_minute (
  minute        timestamptz primary key check (minute = date_trunc('minute', minute)),
  own_up        boolean,                    -- some node could serve a paid call
  outside_up    boolean                     -- what checks from outside say; where they say something, they are right
);

-- A minute in which a model had no route that was in use.
create table model_down_minute (
  minute        timestamptz not null,
  model_serial  integer not null references model,
  primary key (model_serial, minute)
);

-- Announced work on the service. What was announced a day ahead does not count against it.
create table maintenance (
  id            uuid primary key,
  title         text not null check (length(title) <= 200),
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  announced_at  timestamptz not null,
  cancelled_at  timestamptz,
  check (ends_at > starts_at and ends_at <= starts_at + interval '7 days')
);
create index maintenance_by_end on maintenance (ends_at);

-- A month that was judged, by what held then; its credits have it in their source key, so they are given once.
create table sla_month (
  month         date primary key check (extract(day from month) = 1),
  up            integer not null check (up between 0 and counted),
  counted       integer not null check (counted >= 0),
  target        integer not null,           -- millionths
  credit        integer not null,           -- millionths of what an account spent in the month
  is_missed     boolean not null,
  accounts      integer not null default 0,
  amount        bigint not null default 0 check (amount >= 0),
  judged_at     timestamptz not null,
  done_at       timestamptz
);

revoke all on status_minute, model_down_minute, maintenance, sla_month from public;
grant select on status_minute, model_down_minute, maintenance, sla_month to farebox_app, farebox_ledger;
grant insert, update, delete on status_minute, model_down_minute to farebox_app;
grant insert, update on maintenance, sla_month to farebox_app;
