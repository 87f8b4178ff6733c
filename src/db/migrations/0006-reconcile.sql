-- Reconciliation: the books against the rows of calls, the payment rails and the providers' own reports, day by day.

-- The key that reads an upstream's usage and cost report; never sent to a gateway.
alter table upstream add column admin_key_sealed bytea;

-- One comparison of a closed day. Figures of the house by day, part and source: no account is in them.
create table reconciliation (
  day           date not null,
  part          text not null check (part in ('ledger', 'rail', 'provider')),
  source        text not null,              -- the books, a rail, or the upstreams that share a report
  report        text not null check (report in ('read', 'none', 'missing', 'unreadable')),
  report_code   text,                       -- why there is none to compare with
  ours          bigint not null,            -- nano-USD, as are all amounts
  theirs        bigint not null,
  over_amount   bigint not null check (over_amount >= 0),
  under_amount  bigint not null check (under_amount >= 0),
  loss          bigint not null check (loss >= 0),
  is_alarming   boolean not null,
  checked_at    timestamptz not null,
  primary key (day, part, source)
);

-- What differs: a model, an entry of a rail, or all rows of a day. Null: that side does not say.
create table reconciliation_item (
  day           date not null,
  part          text not null,
  source        text not null,
  name          text not null,
  side          text not null check (side in ('over', 'under')),
  ours_calls    bigint, theirs_calls  bigint,
  ours_input    bigint, theirs_input  bigint,
  ours_output   bigint, theirs_output bigint,
  ours_amount   bigint, theirs_amount bigint,
  primary key (day, part, source, name),
  foreign key (day, part, source) references reconciliation on delete cascade
);

-- What the operator says that came in by hand, as the bank lists it.
create table rail_entry (
  rail          text not null,
  external_id   text not null,
  day           date not null,
  amount        bigint not null check (amount > 0),
  currency      text not null,
  primary key (rail, external_id)
);
create index rail_entry_by_day on rail_entry (rail, day);
-- Days that were listed, also those on which nothing came.
create table rail_day (
  rail          text not null,
  day           date not null,
  listed_at     timestamptz not null,
  primary key (rail, day)
);

revoke all on reconciliation, reconciliation_item, rail_entry, rail_day from public;
grant select on reconciliation, reconciliation_item, rail_entry, rail_day to farebox_app, farebox_ledger;
grant insert, update, delete on reconciliation, reconciliation_item, rail_entry, rail_day to farebox_app;
