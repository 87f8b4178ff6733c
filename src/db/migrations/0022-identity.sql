-- People who sign in, how they prove who they are, and where they are signed in. They hold no money: an account does, and each person has
-- opened one of its own.

create table person (
  id            uuid primary key,
  account_id    uuid not null unique references account,   -- the account this person opened; its key seals what is sealed here
  number_lookup bytea unique check (octet_length(number_lookup) = 32),   -- keyed HMAC of an account number
  password_hash text check (length(password_hash) <= 200),
  password_scheme text check (password_scheme in ('argon2id', 'bcrypt-sha256', 'bcrypt')),
  email_verified_at timestamptz,
  totp_sealed   bytea check (octet_length(totp_sealed) <= 100),
  totp_confirmed_at timestamptz,
  totp_step     bigint not null default 0,                 -- the last step a code was used of, so that none works twice
  created_at    timestamptz not null,
  check ((password_hash is null) = (password_scheme is null)),
  check (totp_confirmed_at is null or totp_sealed is not null)
);

-- Who may do what for an account.
create table account_member (
  account_id    uuid not null references account,
  person_id     uuid not null references person on delete cascade,
  role          text not null check (role in ('owner', 'admin', 'developer', 'billing', 'viewer')),
  created_at    timestamptz not null,
  primary key (account_id, person_id)
);
create index account_member_by_person on account_member (person_id);

create table passkey (
  id            uuid primary key,
  person_id     uuid not null references person on delete cascade,
  credential_id bytea not null unique check (octet_length(credential_id) between 1 and 1023),
  public_key    bytea not null check (octet_length(public_key) <= 4096),
  counter       bigint not null check (counter >= 0),
  transports    text[] not null check (transports <@ array['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']),
  name_sealed   bytea not null check (octet_length(name_sealed) <= 256),
  created_at    timestamptz not null
);
create index passkey_by_person on passkey (person_id);

create table recovery_code (
  code_hash     bytea primary key check (octet_length(code_hash) = 32),
  person_id     uuid not null references person on delete cascade
);
create index recovery_code_by_person on recovery_code (person_id);

-- A browser that is or was signed in; without a hash it has ended.
create table sign_in_session (
  id            uuid primary key,
  token_hash    bytea unique check (octet_length(token_hash) = 32),
  person_id     uuid not null references person on delete cascade,
  browser_family text not null check (browser_family in ('chrome', 'edge', 'firefox', 'opera', 'safari', 'samsung', 'other')),
  browser_major smallint check (browser_major between 0 and 9999),
  created_at    timestamptz not null,
  seen_at       timestamptz not null,
  fresh_until   timestamptz not null,
  ended_at      timestamptz,
  check ((token_hash is null) = (ended_at is not null))
);
create index sign_in_session_by_person on sign_in_session (person_id, created_at);
create index sign_in_session_by_age on sign_in_session (created_at);

-- Links that were mailed and work once: the hash of what is in them. One that opens an account is bound to its address, which lies nowhere.
create table sign_in_link (
  token_hash    bytea primary key check (octet_length(token_hash) = 32),
  purpose       text not null check (purpose in ('sign-up', 'reset')),
  account_id    uuid references account on delete cascade,
  expires_at    timestamptz not null,
  check ((account_id is null) = (purpose = 'sign-up'))
);
create index sign_in_link_by_account on sign_in_link (account_id);

-- What was begun and is ended with something that only the right person has: hashes of challenges of passkeys, and of sign-ins that still lack
-- their second step.
create table sign_in_step (
  token_hash    bytea primary key check (octet_length(token_hash) = 32),
  kind          text not null check (kind in ('second-step', 'passkey-register', 'passkey-sign-in', 'passkey-second', 'passkey-fresh')),
  person_id     uuid references person on delete cascade,
  expires_at    timestamptz not null
);
create index sign_in_step_by_person on sign_in_step (person_id);

-- When somebody tried to sign in as whom, and from where; neither can be led back to an e-mail or an address.
create table sign_in_guess (
  account_tag   bytea primary key check (octet_length(account_tag) = 32),
  times         timestamptz[] not null check (cardinality(times) <= 1000),
  last_at       timestamptz not null
);
create table sign_in_address (
  address_tag   bytea primary key check (octet_length(address_tag) = 32),
  times         timestamptz[] not null check (cardinality(times) <= 1000),
  last_at       timestamptz not null
);

revoke all on person, account_member, passkey, recovery_code, sign_in_session, sign_in_link, sign_in_step, sign_in_guess, sign_in_address
  from public;
grant select on person, account_member, passkey, recovery_code, sign_in_session, sign_in_link, sign_in_step, sign_in_guess, sign_in_address
  to farebox_ledger;
grant select, insert, update, delete on person, account_member, passkey, sign_in_session, sign_in_guess, sign_in_address to farebox_app;
grant select, insert, delete on recovery_code, sign_in_link, sign_in_step to farebox_app;
