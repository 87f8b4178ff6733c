-- The life of the privacy policy: its versions, who is told of one, and which one each account has seen.

-- What a version claims, who gets data by it, and the page as it was printed when the version was published.
create table policy_version (
  number        integer primary key check (number > 0),
  profile       text not null check (profile ~ '^[a-z-]{1,32}$'),
  claims        jsonb not null,
  recipients    text[] not null,
  text          text not null check (length(text) <= 200000),
  hash          bytea not null check (octet_length(hash) = 32),     -- SHA-256 of what it claims and who gets data
  is_significant boolean not null,
  published_at  timestamptz not null,
  effective_at  timestamptz not null,
  check (effective_at >= published_at)
);

-- A version is never changed; its effect can be put off until everybody was told.
create function keep_policy_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.effective_at >= old.effective_at
    and to_jsonb(new) - 'effective_at' = to_jsonb(old) - 'effective_at' then
    return new;
  end if;
  raise exception 'a version of the policy is never changed' using errcode = 'restrict_violation';
end $$;
create trigger policy_version_kept before update or delete on policy_version for each row execute function keep_policy_version();

-- Who has to be told of a significant version, and when they were.
create table policy_notice (
  version       integer not null references policy_version,
  account_id    uuid not null references account,
  told_at       timestamptz,
  primary key (version, account_id)
);
create index policy_notice_untold on policy_notice (version) where told_at is null;

-- Which versions an account has seen, and how: by opening the account, by calling on after it took effect, or because it said so.
create table policy_seen (
  account_id    uuid not null references account,
  version       integer not null references policy_version,
  how           text not null check (how in ('sign-up', 'use', 'said')),
  seen_at       timestamptz not null default now(),
  primary key (account_id, version)
);

-- A new account sees what holds, and what is announced.
create function note_policy_at_sign_up() returns trigger language plpgsql as $$
begin
  insert into farebox.policy_seen (account_id, version, how)
    select new.id, number, 'sign-up' from farebox.policy_version
    where effective_at > now()
      or number = coalesce((select max(number) from farebox.policy_version where effective_at <= now()), 1);
  return null;
end $$;
create trigger account_sees_policy after insert on account for each row execute function note_policy_at_sign_up();

revoke all on policy_version, policy_notice, policy_seen from public;
grant select on policy_version, policy_notice, policy_seen to farebox_app, farebox_ledger;
grant insert on policy_version, policy_notice, policy_seen to farebox_app;
grant update (effective_at) on policy_version to farebox_app;
grant update (told_at) on policy_notice to farebox_app;
grant delete on policy_notice, policy_seen to farebox_app;
