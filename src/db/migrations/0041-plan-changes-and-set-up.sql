-- What members of a plan will pay of the list price from a time on; and how far the set-up of the house has come.

create table plan_change (
  id            integer generated always as identity primary key,
  plan_id       text not null references plan,
  price_multiplier integer not null check (price_multiplier between 1 and 1000000000),
  effective_at  timestamptz not null,
  created_at    timestamptz not null default now(),
  begun_at      timestamptz,
  cancelled_at  timestamptz,
  check (begun_at is null or cancelled_at is null)
);
create index plan_change_coming on plan_change (effective_at, id) where begun_at is null and cancelled_at is null;
create index plan_change_by_plan on plan_change (plan_id, effective_at);

create function guard_plan_change() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'begun_at' - 'cancelled_at' <> to_jsonb(old) - 'begun_at' - 'cancelled_at'
    or old.begun_at is not null or old.cancelled_at is not null then
    raise exception 'plan_change is append-only' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger plan_change_guarded before update on plan_change for each row execute function guard_plan_change();
create trigger plan_change_immutable before delete on plan_change for each row execute function refuse_change();

create table setup_step (
  step          text primary key check (step in ('name', 'upstreams', 'prices', 'payments', 'policy')),
  state         text not null check (state in ('done', 'skipped')),
  at            timestamptz not null
);

revoke all on plan_change, setup_step from public;
grant select on plan_change, setup_step to farebox_app, farebox_ledger;
grant insert on plan_change, setup_step to farebox_app;
grant update (begun_at, cancelled_at) on plan_change to farebox_app;
grant update, delete on setup_step to farebox_app;
