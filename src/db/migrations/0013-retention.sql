-- What goes when: calls by the day at 90 days, those of some accounts before, and what may stay of them: sums in which nobody can be told.

-- settings -------------------------------------------------------------------------------------------------------------------

-- Days after which the calls of an account go. A change for less holds from the next purge on; one for more brings nothing back.
alter table account add column usage_retention_days smallint not null default 90 check (usage_retention_days between 1 and 90);
create index account_forgetful on account (id) where usage_retention_days < 90;

-- what stays of what went ----------------------------------------------------------------------------------------------------

-- Days whose calls were dropped. Nothing is summed of them again.
create table purged_day (
  day           date primary key,
  purged_at     timestamptz not null default clock_timestamp()
);

-- Calls that went before their day did, so that those who add up calls know what is rightly gone. It goes with the day.
create table purged_usage (
  account_id    uuid not null,
  posted_day    date not null,
  day           date not null,
  calls         bigint not null check (calls > 0),
  cost          bigint not null check (cost >= 0),
  primary key (posted_day, account_id, day)
);
create index purged_usage_by_day on purged_usage (day);

-- The same by route and of all accounts together, for the comparison with what providers report.
create table purged_route (
  day           date not null,
  route_serial  integer not null,
  counted_calls bigint not null,            -- that used or cost something
  uncosted_calls bigint not null,           -- whose cost nobody knows
  input         bigint not null,
  output        bigint not null,
  cost          bigint not null,
  primary key (day, route_serial)
);

-- Hashes of the ids of calls that went within a week, so that a settlement that is sent again is not charged again.
create table purged_call (
  digest        bytea primary key check (octet_length(digest) = 32),
  day           date not null
);

-- What stays of calls after 90 days: sums of at least eleven accounts, none of which is more than half of any, to two digits. Cells share
-- no call, each is written once, and there are no totals: so none is the difference of others. Model 0 stands for all models without a cell.
create table usage_aggregate (
  day           date not null references purged_day,
  model_serial  integer not null,
  calls         bigint not null check (calls > 0),
  input         bigint not null,
  output        bigint not null,
  primary key (day, model_serial)
);
create trigger usage_aggregate_immutable before update or delete on usage_aggregate for each row execute function refuse_change();
create trigger purged_day_immutable before update or delete on purged_day for each row execute function refuse_change();

-- Which model an upstream worked with on a day is a cell as well, and not always one of eleven accounts: of a purged day its sums alone stay.
create function refuse_change_before_purge() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  if tg_op = 'DELETE' and exists (select from purged_day where day = old.day) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger upstream_day_immutable on upstream_day;
create trigger upstream_day_immutable before update or delete on upstream_day for each row execute function refuse_change_before_purge();

-- partitions -----------------------------------------------------------------------------------------------------------------

-- As before; and no statistics of ids are gathered, as those would stay in the catalogue's file when the partition is gone.
create or replace function ensure_usage_partition(wanted date) returns void language plpgsql security definer
  set search_path = farebox, pg_temp as $$
declare
  parent text;
  name text;
begin
  foreach parent in array array['usage_event', 'receipt_batch'] loop
    name := parent || '_' || to_char(wanted, 'YYYYMMDD');
    begin
      if to_regclass('farebox.' || name) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)', name, parent, wanted, wanted + 1);
        perform keep_no_statistics(name);
      end if;
    exception when duplicate_table then
      null;
    end;
  end loop;
end $$;

create function keep_no_statistics(name text) returns void language plpgsql set search_path = farebox, pg_temp as $$
declare
  part name;
begin
  for part in select attname from pg_attribute where attrelid = to_regclass('farebox.' || name)
    and attname in ('request_id', 'account_id', 'key_id', 'leaves') loop
    execute format('alter table %I alter column %I set statistics 0', name, part);
  end loop;
end $$;
select keep_no_statistics(name) from (
  select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
  where inhparent in ('usage_event'::regclass, 'receipt_batch'::regclass) union all values ('usage_event'), ('receipt_batch')
) as every;

-- The same for columns of any table, named in pairs; those that have it so are left alone. Returns how many were changed.
create function keep_no_statistics(tables text[], columns text[]) returns integer language plpgsql set search_path = farebox, pg_temp as $$
declare
  found record;
  done integer := 0;
begin
  for found in
    select relname, attname from unnest(tables, columns) as wanted (relation, attribute)
      join pg_class on pg_class.oid = to_regclass('farebox.' || quote_ident(relation))
      join pg_attribute on attrelid = pg_class.oid and attname = attribute and coalesce(attstattarget, -1) <> 0
  loop
    execute format('alter table %I alter column %I set statistics 0', found.relname, found.attname);
    done := done + 1;
  end loop;
  return done;
end $$;

-- sums in which nobody can be told -------------------------------------------------------------------------------------------

-- To two digits, and to tens at least: the last digits of a sum can be those of one account.
create function coarse(exact numeric) returns bigint language sql immutable set search_path = farebox, pg_temp as $$
  select (round(exact / step) * step)::bigint from (select greatest(10, 10::numeric ^ (length(trunc(exact)::text) - 2)) as step) as steps
$$;

-- Writes the cells of a day that is about to go. How many accounts a cell needs is drawn for each between 11 and 60, so that whether
-- there is a cell tells of one account's being in it in one case of fifty at most.
create function write_usage_aggregate(wanted date) returns void language sql set search_path = farebox, pg_temp as $$
  with used as materialized (
    select model_serial, account_id, count(*) as calls,
      sum(input::bigint + cache_read + cache_write_5m + cache_write_1h + coalesce(more[1], 0) + coalesce(more[2], 0)
        + coalesce(more[5], 0)) as input,
      sum(output::bigint + coalesce(more[3], 0) + coalesce(more[4], 0)) as output
    from usage_event where day = wanted group by model_serial, account_id
  ), model_cell as materialized (
    select model_serial from used group by model_serial
    having count(*) >= 11 + floor(random() * 50) and 2 * max(calls) <= sum(calls) and 2 * max(input) <= sum(input)
      and 2 * max(output) <= sum(output)
  ), placed as (
    select coalesce(model_cell.model_serial, 0) as model_serial, account_id, sum(calls) as calls, sum(input) as input, sum(output) as output
    from used left join model_cell using (model_serial) group by 1, 2
  )
  insert into usage_aggregate (day, model_serial, calls, input, output)
  select wanted, model_serial, coarse(sum(calls)), coarse(sum(input)), coarse(sum(output)) from placed group by model_serial
  having model_serial > 0 or (count(*) >= 11 + floor(random() * 50) and 2 * max(calls) <= sum(calls) and 2 * max(input) <= sum(input)
    and 2 * max(output) <= sum(output))
$$;

-- purges ---------------------------------------------------------------------------------------------------------------------

-- Drops the calls and batches of one day, with what may stay of them written first. Refused before the day is due by the clock of the
-- database; while a call of it is not charged, or not in the root of a day: what is dropped has to be in the books, and its receipts
-- have to be provable. Waits a second for those who read, no more, as all calls wait behind it.
create or replace function drop_usage_partition(wanted date) returns void language plpgsql security definer
  set search_path = farebox, pg_temp set lock_timeout = '1s' as $$
begin
  -- Another node that purges is waited for.
  perform set_config('lock_timeout', '0', true);
  perform pg_advisory_xact_lock(4739270615);
  perform set_config('lock_timeout', '1s', true);
  if wanted + 90 > (clock_timestamp() at time zone 'UTC')::date then
    raise exception 'the day % is not due', wanted using errcode = 'restrict_violation';
  end if;
  if exists (select from usage_event e join usage_day d on d.account_id = e.account_id and d.day = e.posted_day
             where e.day = wanted and d.closed_at is null)
    or exists (select from receipt_batch b where b.day = wanted and b.day_path is null)
    or exists (select from (select distinct posted_day from usage_event where day = wanted and commit > 0) as posted
               where not exists (select from day_root where day_root.day = posted.posted_day)) then
    raise exception 'the day % is not closed', wanted using errcode = 'restrict_violation';
  end if;
  if not exists (select from purged_day where day = wanted) then
    insert into purged_day (day) values (wanted);
    perform write_usage_aggregate(wanted);
    with taken as (delete from upstream_day where day = wanted returning *)
    insert into upstream_day (day, upstream_serial, model_serial, calls, known_calls, cost,
      input, cache_read, cache_write_5m, cache_write_1h, output, reasoning)
    select day, upstream_serial, 0, sum(calls), sum(known_calls), sum(cost), 0, 0, 0, 0, 0, 0 from taken group by day, upstream_serial;
  end if;
  delete from purged_usage where day = wanted;
  delete from purged_route where day = wanted;
  execute format('drop table if exists %I', 'usage_event_' || to_char(wanted, 'YYYYMMDD'));
  execute format('drop table if exists %I', 'receipt_batch_' || to_char(wanted, 'YYYYMMDD'));
end $$;

-- Takes the calls out of one day whose accounts keep them for less than `today` less that day, by the clock of the database as well. Those
-- that are not yet charged or not yet in a root wait for it. What is left is written to a new file and the old one is gone, so that
-- nothing of them lies on in free space. Returns how many went.
create function purge_usage_rows(wanted date, today date) returns bigint language plpgsql security definer
  set search_path = farebox, pg_temp set lock_timeout = '1s' as $$
declare
  name text := 'usage_event_' || to_char(wanted, 'YYYYMMDD');
  now_day date := (clock_timestamp() at time zone 'UTC')::date;
  gone bigint;
begin
  -- Another node that purges is waited for.
  perform set_config('lock_timeout', '0', true);
  perform pg_advisory_xact_lock(4739270615);
  perform set_config('lock_timeout', '1s', true);
  if to_regclass('farebox.' || name) is null then
    return 0;
  end if;
  drop table if exists pg_temp.going, pg_temp.staying;
  create temporary table going on commit drop as
    select e.account_id, e.posted_day from usage_event e
      join account a on a.id = e.account_id and a.usage_retention_days < 90 and wanted + a.usage_retention_days <= least(today, now_day)
      join usage_day d on d.account_id = e.account_id and d.day = e.posted_day and d.closed_at is not null
    where e.day = wanted group by e.account_id, e.posted_day
    having bool_and(e.commit = 0) or exists (select from day_root where day_root.day = e.posted_day);
  if not exists (select from going) then
    return 0;
  end if;
  execute format('lock table %I in access exclusive mode', name);
  with went as materialized (
    select usage_event.*, coalesce(reported_input::bigint, input::bigint + cache_read + cache_write_5m + cache_write_1h
        + coalesce(more[1], 0) + coalesce(more[2], 0) + coalesce(more[5], 0)) as told_input,
      coalesce(reported_output::bigint, output::bigint + coalesce(more[3], 0) + coalesce(more[4], 0)) as told_output
    from usage_event join going using (account_id, posted_day) where day = wanted
  ), by_account as (
    insert into purged_usage as known (account_id, posted_day, day, calls, cost)
    select account_id, posted_day, wanted, count(*), sum(cost) from went group by account_id, posted_day
    on conflict (posted_day, account_id, day) do update set calls = known.calls + excluded.calls, cost = known.cost + excluded.cost
  ), by_route as (
    insert into purged_route as known (day, route_serial, counted_calls, uncosted_calls, input, output, cost)
    select wanted, route_serial, count(*) filter (where told_input + told_output > 0 or upstream_cost > 0),
      count(*) filter (where upstream_cost is null and told_input + told_output > 0), sum(told_input), sum(told_output),
      coalesce(sum(upstream_cost), 0) from went group by route_serial
    on conflict (day, route_serial) do update set counted_calls = known.counted_calls + excluded.counted_calls,
      uncosted_calls = known.uncosted_calls + excluded.uncosted_calls, input = known.input + excluded.input,
      output = known.output + excluded.output, cost = known.cost + excluded.cost
  ), by_call as (
    insert into purged_call (digest, day) select sha256(uuid_send(request_id)), wanted from went where wanted > now_day - 7
    on conflict do nothing
  )
  select count(*) into gone from went;
  create temporary table staying on commit drop as
    select * from usage_event e where day = wanted
      and not exists (select from going where going.account_id = e.account_id and going.posted_day = e.posted_day);
  execute format('truncate %I', name);
  insert into usage_event select * from staying;
  return gone;
end $$;

-- From here on the calls of an account go as soon as they are charged; for accounts that are erased.
create function forget_usage(forgotten uuid) returns void language sql security definer set search_path = farebox, pg_temp as $$
  update account set usage_retention_days = 1 where id = forgotten and usage_retention_days > 1
$$;

-- Writes small tables anew whose rows were deleted, as deleted rows lie on in their files. One that is in use is left for the next
-- time. Returns how many were written.
create function rewrite_deleted() returns integer language plpgsql security definer
  set search_path = farebox, pg_temp set lock_timeout = '200ms' as $$
declare
  name text;
  done integer := 0;
begin
  foreach name in array array['idempotency', 'open_call', 'reconciliation', 'reconciliation_item', 'rail_entry', 'rail_day',
    'purged_usage', 'purged_route', 'purged_call'] loop
    begin
      execute format('cluster %I using %I', name, name || '_pkey');
      done := done + 1;
    exception when lock_not_available then
      null;
    end;
  end loop;
  return done;
end $$;

-- the server's log -----------------------------------------------------------------------------------------------------------

-- What our user may have the server do with its log, and what it does by itself with files of it that are done with.
create function wal_turnover(out can_checkpoint boolean, out can_switch boolean, out is_recycling boolean, out is_copied boolean)
  language sql stable security definer set search_path = farebox, pg_temp as $$
  select pg_has_role(current_user, 'pg_checkpoint', 'USAGE'), has_function_privilege('pg_catalog.pg_switch_wal()', 'EXECUTE'),
    current_setting('wal_recycle')::boolean,
    current_setting('archive_mode') <> 'off' or exists (select from pg_replication_slots) or exists (select from pg_stat_replication)
$$;

-- Begins new files of the log and lets go of those before: one is removed by the checkpoint after the one that needs it no more.
create function turn_wal() returns void language plpgsql security definer set search_path = farebox, pg_temp as $$
begin
  for turn in 1..2 loop
    perform pg_catalog.pg_switch_wal();
    execute 'checkpoint';
  end loop;
end $$;

-- grants ---------------------------------------------------------------------------------------------------------------------

revoke all on purged_day, purged_usage, purged_route, purged_call, usage_aggregate from public;
grant select on purged_day, purged_usage, purged_route, purged_call, usage_aggregate to farebox_app, farebox_ledger;
grant delete on purged_call to farebox_ledger;
revoke execute on function purge_usage_rows(date, date), forget_usage(uuid), rewrite_deleted(), turn_wal(), write_usage_aggregate(date),
  keep_no_statistics(text), keep_no_statistics(text[], text[]) from public;
grant execute on function purge_usage_rows(date, date), forget_usage(uuid), rewrite_deleted(), turn_wal() to farebox_ledger;
