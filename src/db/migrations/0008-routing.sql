-- Routing: how a model's routes are chosen among, pools of keys, and where a key may be routed.

-- Further keys of an upstream beside api_key_sealed: a list, sealed as one.
alter table upstream add column key_pool_sealed bytea;
-- The most calls that one gateway process has with it at the same time; null: no bound.
alter table upstream add column max_concurrency integer check (max_concurrency > 0);

alter table model add column strategy text not null default 'priority'
  check (strategy in ('priority', 'weighted', 'cheapest', 'lowest-latency', 'least-busy'));

alter table route add column weight integer not null default 1 check (weight between 1 and 1000);

-- Where calls of a key may go: {allow, deny, countries, local_only, zdr_only}; null: everywhere.
alter table api_key add column routing jsonb;
