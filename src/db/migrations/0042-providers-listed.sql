-- Which providers a version of the policy lists, each with its label, so that none is called before the version that lists it takes effect.

-- Name, host, country, and what is known of how texts are handled, as a list; null in versions from before labels were kept.
alter table policy_version add column providers jsonb check (jsonb_typeof(providers) = 'array');

-- Whether there is anybody whom a change has to be told: an account besides those of the first try, which can call the sandbox alone.
create function has_customers() returns boolean language sql stable security definer set search_path = farebox, pg_temp as $$
  select exists (
    select from account a
    where a.status <> 'erased' and not exists (select from transfer t where t.source_key = 'demo:' || a.id::text))
$$;
revoke all on function has_customers() from public;
grant execute on function has_customers() to farebox_app;

-- Who signs up while a version is published sees it, or is there to be told of it: one waits for the other.
create or replace function note_policy_at_sign_up() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('farebox.policy'));
  insert into farebox.policy_seen (account_id, version, how)
    select new.id, number, 'sign-up' from farebox.policy_version
    where effective_at > now()
      or number = coalesce((select max(number) from farebox.policy_version where effective_at <= now()), 1);
  return null;
end $$;
