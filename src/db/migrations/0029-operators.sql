-- Operators are people: by name, in a role, with ways to sign in at the operator listener. A name is never given twice, so that the audit log
-- stays true.

create table operator (
  id            uuid primary key,                          -- its key seals what is sealed here
  name          text not null unique check (name ~ '^[a-z][a-z0-9._-]{0,39}$'),
  role          text not null check (role in ('owner', 'manager', 'finance', 'support', 'read-only')),
  email_sealed  bytea check (octet_length(email_sealed) <= 512),
  password_hash text check (length(password_hash) <= 200),
  password_scheme text check (password_scheme in ('argon2id', 'bcrypt-sha256', 'bcrypt')),
  totp_sealed   bytea check (octet_length(totp_sealed) <= 100),
  totp_confirmed_at timestamptz,
  totp_step     bigint not null default 0,                 -- the last step a code was used of, so that none works twice
  created_at    timestamptz not null,
  ended_at      timestamptz,                               -- from then on nobody is this operator any more
  check ((password_hash is null) = (password_scheme is null)),
  check (totp_confirmed_at is null or totp_sealed is not null)
);

-- Whoever has a token keeps what it could do: everything but what is the owner's alone.
insert into operator (id, name, role, created_at, ended_at) select gen_random_uuid(), name, 'manager', created_at, revoked_at from operator_token;
alter table operator_token add constraint operator_token_of foreign key (name) references operator (name);

create table operator_passkey (
  id            uuid primary key,
  operator_id   uuid not null references operator,
  credential_id bytea not null unique check (octet_length(credential_id) between 1 and 1023),
  public_key    bytea not null check (octet_length(public_key) <= 4096),
  counter       bigint not null check (counter >= 0),
  transports    text[] not null check (transports <@ array['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']),
  created_at    timestamptz not null
);
create index operator_passkey_by_operator on operator_passkey (operator_id);

create table operator_recovery_code (
  code_hash     bytea primary key check (octet_length(code_hash) = 32),
  operator_id   uuid not null references operator
);
create index operator_recovery_code_by_operator on operator_recovery_code (operator_id);

-- A browser at the operator listener; without a hash it has ended, without an operator it is that of the configured token.
create table operator_session (
  id            uuid primary key,
  token_hash    bytea unique check (octet_length(token_hash) = 32),
  operator_id   uuid references operator,
  way           text not null check (way in ('token', 'passkey', 'password', 'recovery-code')),
  browser_family text not null check (browser_family in ('chrome', 'edge', 'firefox', 'opera', 'safari', 'samsung', 'other')),
  browser_major smallint check (browser_major between 0 and 9999),
  created_at    timestamptz not null,
  seen_at       timestamptz not null,
  fresh_until   timestamptz not null,
  ended_at      timestamptz,
  check ((token_hash is null) = (ended_at is not null))
);
create index operator_session_by_operator on operator_session (operator_id, created_at);
create index operator_session_by_age on operator_session (created_at);

-- Hashes of challenges of passkeys that were asked and not answered yet.
create table operator_step (
  token_hash    bytea primary key check (octet_length(token_hash) = 32),
  kind          text not null check (kind in ('passkey-register', 'passkey-sign-in', 'passkey-fresh')),
  operator_id   uuid references operator,
  expires_at    timestamptz not null
);

-- Links that make a name a person's, once; one at a time for a name.
create table operator_invitation (
  token_hash    bytea primary key check (octet_length(token_hash) = 32),
  operator_id   uuid not null unique references operator,
  expires_at    timestamptz not null
);

revoke all on operator, operator_passkey, operator_recovery_code, operator_session, operator_step, operator_invitation from public;
grant select on operator, operator_passkey, operator_recovery_code, operator_session, operator_step, operator_invitation to farebox_ledger;
grant select, insert, update on operator to farebox_app;
grant select, insert, update, delete on operator_passkey, operator_session, operator_invitation to farebox_app;
grant select, insert, delete on operator_recovery_code, operator_step to farebox_app;
