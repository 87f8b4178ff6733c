-- Prices that are announced: a version may be cancelled as long as it does not hold, and none can be written into the past.

alter table price_version add column cancelled_at timestamptz;

create function guard_price_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    -- The owner, who restores what was there before, is trusted with the time.
    if current_user = 'farebox_app' and new.effective_at < now() then
      raise exception 'a price version cannot hold before it was written' using errcode = 'restrict_violation';
    end if;
    return new;
  end if;
  if to_jsonb(new) - 'cancelled_at' <> to_jsonb(old) - 'cancelled_at' or old.cancelled_at is not null or new.cancelled_at is null
    or old.effective_at <= clock_timestamp() then
    raise exception 'price_version is append-only' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
drop trigger price_version_immutable on price_version;
create trigger price_version_immutable before delete on price_version for each row execute function refuse_change();
create trigger price_version_guarded before insert or update on price_version for each row execute function guard_price_version();
drop trigger price_version_told on price_version;
create trigger price_version_told after insert or update on price_version for each statement execute function tell_catalog();
grant update (cancelled_at) on price_version to farebox_app;
