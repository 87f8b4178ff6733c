-- What pages show of many calls is summed when calls are written, by the insert itself; and a day's tables come without anybody waiting for it.

-- sums -----------------------------------------------------------------------------------------------------------------------

-- What a key used of a model on a day, by the day its calls began and the one they are charged to. It goes with the calls of its day.
create table usage_key_day (
  day           date not null,
  account_id    uuid not null,
  key_id        uuid not null,
  model_serial  integer not null,
  posted_day    date not null,
  calls         bigint not null check (calls > 0),
  input         bigint not null,
  cache_read    bigint not null,
  cache_write_5m bigint not null,
  cache_write_1h bigint not null,
  output        bigint not null,
  reasoning     bigint not null,
  more          bigint[],                   -- sums of the rare classes, place by place
  cost          bigint not null,
  covered       bigint not null,
  primary key (day, account_id, key_id, model_serial, posted_day)
) partition by range (day);

-- Calls of the whole house that began in a minute, by the node that settled them, so that nodes never wait for each other here.
create table house_minute (
  day           date not null,
  minute        timestamptz not null,
  posted_day    date not null,
  node_serial   integer not null,           -- 0 for calls from before commits had numbers
  calls         bigint not null check (calls > 0),
  failed        bigint not null,            -- that an upstream or the house failed
  upstream_cost bigint not null,
  latencies     integer[] not null,         -- how many calls took at most so long, class by class of latency_classes()
  primary key (day, minute, posted_day, node_serial)
) partition by range (day);
create index house_minute_by_posted_day on house_minute (posted_day);

-- No statistics of ids are gathered, as those would stay in the catalogue's file when the partition is gone.
select keep_no_statistics('usage_key_day');

-- The tables that have a partition for each day, in the order in which they are locked.
create function day_tables() returns text[] language sql immutable as $$
  select array['usage_event', 'usage_key_day', 'house_minute', 'receipt_batch']
$$;

-- Upper ends of classes of latency in milliseconds, twenty in each power of ten as in ISO 3, R20, to whole ones.
create function latency_classes() returns integer[] language sql immutable as $$
  select array[1, 2, 3, 4, 5, 6, 7, 8, 9,
    10, 11, 13, 14, 16, 18, 20, 22, 25, 28, 32, 36, 40, 45, 50, 56, 63, 71, 80, 90,
    100, 112, 125, 140, 160, 180, 200, 224, 250, 280, 315, 355, 400, 450, 500, 560, 630, 710, 800, 900,
    1000, 1120, 1250, 1400, 1600, 1800, 2000, 2240, 2500, 2800, 3150, 3550, 4000, 4500, 5000, 5600, 6300, 7100, 8000, 9000,
    10000, 11200, 12500, 14000, 16000, 18000, 20000, 22400, 25000, 28000, 31500, 35500, 40000, 45000, 50000, 56000, 63000, 71000, 80000, 90000,
    100000, 112000, 125000, 140000, 160000, 180000, 200000, 224000, 250000, 280000, 315000, 355000, 400000, 450000, 500000, 560000, 630000,
    710000, 800000, 900000, 1000000]
$$;

-- The place of a latency's class from 1; what takes longer than the last is in the last.
create function latency_class(latency_ms integer) returns integer language sql immutable set search_path = farebox, pg_temp as $$
  select least(width_bucket(latency_ms - 1, latency_classes()) + 1, cardinality(latency_classes()))
$$;

create function add_counts(one anyarray, other anyarray) returns anyarray language sql immutable strict as $$
  select array_agg(coalesce(a, 0) + coalesce(b, 0) order by place) from unnest(one, other) with ordinality as both_of (a, b, place)
$$;
create aggregate sum_counts(bigint[]) (sfunc = add_counts, stype = bigint[]);

create function add_to_class(known integer[], class integer, count bigint) returns integer[] language plpgsql immutable
  set search_path = farebox, pg_temp as $$
begin
  known := coalesce(known, array_fill(0, array[cardinality(latency_classes())]));
  known[class] := known[class] + count;
  return known;
end $$;
create aggregate count_classes(integer, bigint) (sfunc = add_to_class, stype = integer[]);

-- Calls that did not come to what was asked for, and not because of who asked: an upstream failed, was cut off or too slow, or a gateway was lost.
create function failed_outcomes() returns smallint[] language sql immutable as $$ select array[3, 4, 5, 7]::smallint[] $$;

-- Adds up what one statement wrote; what was there already is not in it. Rows are written in the order of their keys, after the balances
-- of their accounts were locked.
create function sum_calls() returns trigger language plpgsql security definer set search_path = farebox, pg_temp as $$
begin
  insert into usage_key_day as known (day, account_id, key_id, model_serial, posted_day, calls, input, cache_read, cache_write_5m, cache_write_1h,
    output, reasoning, more, cost, covered)
  select day, account_id, key_id, model_serial, posted_day, count(*), sum(input), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(output),
    sum(reasoning), sum_counts(more::bigint[]), sum(cost), coalesce(sum(covered), 0)
  from fresh group by day, account_id, key_id, model_serial, posted_day order by day, account_id, key_id, model_serial, posted_day
  on conflict (day, account_id, key_id, model_serial, posted_day) do update set calls = known.calls + excluded.calls, input = known.input + excluded.input,
    cache_read = known.cache_read + excluded.cache_read, cache_write_5m = known.cache_write_5m + excluded.cache_write_5m,
    cache_write_1h = known.cache_write_1h + excluded.cache_write_1h, output = known.output + excluded.output,
    reasoning = known.reasoning + excluded.reasoning, cost = known.cost + excluded.cost, covered = known.covered + excluded.covered,
    more = coalesce(add_counts(known.more, excluded.more), known.more, excluded.more);
  insert into house_minute as known (day, minute, posted_day, node_serial, calls, failed, upstream_cost, latencies)
  select day, minute, posted_day, node_serial, sum(calls), sum(failed), sum(upstream_cost), count_classes(class, calls) from (
    select day, date_trunc('minute', started_at) as minute, posted_day, (commit >> 40)::integer as node_serial, latency_class(latency_ms) as class,
      count(*) as calls, count(*) filter (where outcome = any (failed_outcomes())) as failed, coalesce(sum(upstream_cost), 0) as upstream_cost
    from fresh group by 1, 2, 3, 4, 5
  ) as classed group by day, minute, posted_day, node_serial order by day, minute, posted_day, node_serial
  on conflict (day, minute, posted_day, node_serial) do update set calls = known.calls + excluded.calls, failed = known.failed + excluded.failed,
    upstream_cost = known.upstream_cost + excluded.upstream_cost, latencies = add_counts(known.latencies, excluded.latencies);
  return null;
end $$;

-- partitions -----------------------------------------------------------------------------------------------------------------

-- A day's tables are made apart and then attached, which lets everybody go on who reads or writes their parents: so making them is never a
-- part of a deadlock, and nobody waits for it.
create or replace function ensure_usage_partition(wanted date) returns void language plpgsql security definer
  set search_path = farebox, pg_temp as $$
declare
  parent text;
  name text;
begin
  foreach parent in array day_tables() loop
    name := parent || '_' || to_char(wanted, 'YYYYMMDD');
    if to_regclass('farebox.' || name) is null then
      -- Another that makes it is waited for.
      execute format('lock table only %I in share update exclusive mode', parent);
      if to_regclass('farebox.' || name) is null then
        execute format('create table %I (like %I including all)', name, parent);
        perform keep_no_statistics(name);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name, wanted, wanted + 1);
      end if;
    end if;
  end loop;
end $$;

-- As before, of the sums instead of the calls.
create or replace function write_usage_aggregate(wanted date) returns void language sql set search_path = farebox, pg_temp as $$
  with used as materialized (
    select model_serial, account_id, sum(calls) as calls,
      sum(input + cache_read + cache_write_5m + cache_write_1h + coalesce(more[1], 0) + coalesce(more[2], 0) + coalesce(more[5], 0)) as input,
      sum(output + coalesce(more[3], 0) + coalesce(more[4], 0)) as output
    from usage_key_day where day = wanted group by model_serial, account_id
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

-- As before; and the sums go with the day. All parents are locked before anything is dropped: of the first those who read it are waited for,
-- and as nobody writes then, the others are free or are left for the next time, long before the server looks for a deadlock. So no call
-- waits for a second.
create or replace function drop_usage_partition(wanted date) returns void language plpgsql security definer
  set search_path = farebox, pg_temp set lock_timeout = '700ms' as $$
declare
  parent text;
begin
  -- Another node that purges is waited for.
  perform set_config('lock_timeout', '0', true);
  perform pg_advisory_xact_lock(4739270615);
  if wanted + 90 > (clock_timestamp() at time zone 'UTC')::date then
    raise exception 'the day % is not due', wanted using errcode = 'restrict_violation';
  end if;
  if exists (select from usage_key_day e join usage_day d on d.account_id = e.account_id and d.day = e.posted_day
             where e.day = wanted and d.closed_at is null)
    or exists (select from receipt_batch b where b.day = wanted and b.day_path is null)
    or exists (select from (select distinct posted_day from house_minute where day = wanted and node_serial > 0) as posted
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
  perform set_config('lock_timeout', '700ms', true);
  foreach parent in array day_tables() loop
    execute format('lock table only %I in access exclusive mode', parent);
    perform set_config('lock_timeout', '90ms', true);
  end loop;
  foreach parent in array day_tables() loop
    execute format('drop table if exists %I', parent || '_' || to_char(wanted, 'YYYYMMDD'));
  end loop;
end $$;

-- As before; and the sums of the day are written anew with the calls that stay.
create or replace function purge_usage_rows(wanted date, today date) returns bigint language plpgsql security definer
  set search_path = farebox, pg_temp set lock_timeout = '1s' as $$
declare
  parent text;
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
  foreach parent in array array['usage_event', 'usage_key_day', 'house_minute'] loop
    execute format('lock table %I in access exclusive mode', parent || '_' || to_char(wanted, 'YYYYMMDD'));
    perform set_config('lock_timeout', '90ms', true);
  end loop;
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
  execute format('truncate %I, %I, %I', name, 'usage_key_day_' || to_char(wanted, 'YYYYMMDD'), 'house_minute_' || to_char(wanted, 'YYYYMMDD'));
  insert into usage_event select * from staying;
  return gone;
end $$;

-- what is there --------------------------------------------------------------------------------------------------------------

-- A table like that of calls, written to by nobody else, has each day's calls added up by what adds up new ones.
create temporary table adding on commit drop as select * from usage_event with no data;
create trigger adding_up after insert on adding referencing new table as fresh for each statement execute function sum_calls();
do $$
declare
  known date;
begin
  for known in
    select distinct to_date(right(relname, 8), 'YYYYMMDD') from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent in ('usage_event'::regclass, 'receipt_batch'::regclass) and relname ~ '_\d{8}$'
  loop
    perform ensure_usage_partition(known);
    insert into adding select * from usage_event where day = known;
    truncate adding;
  end loop;
end $$;
create trigger usage_event_added_up after insert on usage_event referencing new table as fresh for each statement execute function sum_calls();

-- grants ---------------------------------------------------------------------------------------------------------------------

revoke all on usage_key_day, house_minute from public;
grant select on usage_key_day, house_minute to farebox_app, farebox_ledger;
revoke execute on function sum_calls() from public;
