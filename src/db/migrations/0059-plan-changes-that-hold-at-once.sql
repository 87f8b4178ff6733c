-- What a plan's calls cost before a change began, also where it held as soon as it was written, so that members can be told what it was.
alter table plan_change
  add column multiplier_before integer check (multiplier_before between 1 and 1000000000),  -- null until it begins, and of what began before this was noted
  add column members_noted_at timestamptz,           -- whoever were members when it began were noted, to be told
  add check (multiplier_before is null or begun_at is not null),
  add check (members_noted_at is null or begun_at is not null);
create index plan_change_to_note on plan_change (id) where multiplier_before is not null and members_noted_at is null;

create or replace function guard_plan_change() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - '{begun_at,cancelled_at,multiplier_before,members_noted_at}'::text[]
      <> to_jsonb(old) - '{begun_at,cancelled_at,multiplier_before,members_noted_at}'::text[]
    or ((old.begun_at is not null or old.cancelled_at is not null)
      and (to_jsonb(new) - 'members_noted_at' <> to_jsonb(old) - 'members_noted_at' or old.members_noted_at is not null)) then
    raise exception 'plan_change is append-only' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
grant update (multiplier_before, members_noted_at) on plan_change to farebox_app;
