-- As before; and a budget that was raised in its window is told of again when the new amount is nearly spent.
create or replace function note_budget_event() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  perform note_event(new.account_id, 'budget.reached', jsonb_build_object('subject_id', new.subject_id, 'window', new.kind, 'amount', new.cap::text,
    'resets_at', to_char(new.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
    new.subject_id::text || ' ' || new.kind::text || ' ' || extract(epoch from new.starts_at)::bigint::text || ' ' || new.cap::text);
  return null;
end $$;
