-- What authorities asked for and what they got, as the operator notes it; counted in the transparency report. No word of a case is in it.
create table disclosure (
  id            uuid primary key,
  received_on   date not null,
  country       text not null check (country ~ '^[A-Z]{2}$'),
  kind          text not null check (kind in ('order', 'warrant', 'request')),
  outcome       text not null check (outcome in ('refused', 'nothing-held', 'disclosed')),
  accounts      integer not null check (accounts between 0 and 1000000),
  noted_at      timestamptz not null
);
create trigger disclosure_immutable before update or delete on disclosure for each row execute function refuse_change();
revoke all on disclosure from public;
grant select, insert on disclosure to farebox_app;
grant select on disclosure to farebox_ledger;
