-- Each small table is written anew in a transaction of its own: whoever waits for a table here holds no other, so that a commit of calls
-- and this never wait for each other.
drop function rewrite_deleted();

-- The small tables that rows are deleted from.
create function rewritten_tables() returns text[] language sql immutable as $$
  select array['idempotency', 'open_call', 'reconciliation', 'reconciliation_item', 'rail_entry', 'rail_day', 'purged_usage', 'purged_route',
    'purged_call']
$$;

-- Writes one of them anew, as deleted rows lie on in its file; false for one that is in use, which is left for the next time.
create function rewrite_deleted(name text) returns boolean language plpgsql security definer
  set search_path = farebox, pg_temp set lock_timeout = '200ms' as $$
begin
  if name <> all (rewritten_tables()) then
    raise exception 'no rows are deleted from %', name using errcode = 'invalid_parameter_value';
  end if;
  execute format('cluster %I using %I', name, name || '_pkey');
  return true;
exception when lock_not_available then
  return false;
end $$;

revoke execute on function rewrite_deleted(text), rewritten_tables() from public;
grant execute on function rewrite_deleted(text), rewritten_tables() to farebox_ledger;
