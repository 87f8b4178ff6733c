-- Whether each route was in use, minute by minute, so that the page of status shows more than models.

-- A minute in which some node did not use a route, as it kept failing.
create table route_down_minute (
  minute        timestamptz not null,
  route_serial  integer not null references route,
  primary key (route_serial, minute)
);

-- From when on a route's minutes mean something: what was there before was never looked at.
alter table route add column watched_from timestamptz not null default statement_timestamp();

revoke all on route_down_minute from public;
grant select on route_down_minute to farebox_app, farebox_ledger;
grant insert, delete on route_down_minute to farebox_app;
