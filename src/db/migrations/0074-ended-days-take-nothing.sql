-- A day that was ended takes no account's first call, whatever the clock says: one that was ahead can have ended it early, and been set back since.
-- A sum that was posted refuses by itself. The new rows of a commit are looked at together, so that each costs nothing.
create or replace function refuse_ended_days() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  if exists (select from (select distinct day from fresh) as written join ended_day using (day)) then
    raise exception 'the day has ended' using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create or replace trigger usage_day_not_ended after insert on usage_day referencing new table as fresh
  for each statement execute function refuse_ended_days();
