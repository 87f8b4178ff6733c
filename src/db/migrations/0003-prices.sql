-- Prices of more than five classes, by service tier and length of prompt, from a day on, times a multiplier; and what calls cost the house.

-- All rate cards of the version, when there is more to it than the five rates in columns; see Price in src/spec/price.ts.
alter table price_version add column cards jsonb check (jsonb_typeof(cards) = 'array');
-- The version that holds is the latest one whose time has come.
alter table price_version add column effective_at timestamptz;
alter table price_version disable trigger price_version_immutable;
update price_version set effective_at = created_at;
alter table price_version enable trigger price_version_immutable;
alter table price_version alter column effective_at set default now(), alter column effective_at set not null;
create index price_version_effective on price_version (model_serial, effective_at desc, id desc);

-- What members of a plan pay: the list price times the multiplier, in millionths.
create table plan (
  id            text primary key,
  price_multiplier integer not null default 1000000 check (price_multiplier between 1 and 1000000000),
  source        text not null check (source in ('file', 'operator')),
  is_active     boolean not null default true,
  created_at    timestamptz not null default now()
);
create trigger plan_told after update on plan for each row execute function tell_change('plan');

alter table account add column plan_id text references plan;
alter table account add column price_multiplier integer not null default 1000000 check (price_multiplier between 1 and 1000000000);

-- What a row is priced by, beside its tokens. Rows older than these columns have no multiplier and no service tier: theirs were 1 and standard.
alter table usage_event add column more integer[];            -- counts of the further classes, in the order of MORE_CLASSES; null: none
alter table usage_event add column multiplier integer;        -- millionths
alter table usage_event add column service_tier smallint;
alter table usage_event add column reported_input integer;    -- what the upstream told, where the usage was cut to what can be
alter table usage_event add column reported_output integer;
alter table usage_event add column upstream_cost bigint check (upstream_cost >= 0);   -- what the upstream asks of the house; null: unknown

alter table open_call add column more integer[];
alter table open_call add column multiplier integer not null default 1000000;
alter table open_call add column service_tier smallint not null default 0;

revoke all on plan from public;
grant select on plan to farebox_app, farebox_ledger;
grant insert, update on plan to farebox_app;
