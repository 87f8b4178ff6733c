-- Whom issuers vouch for: who somebody is at another service, as a keyed hash that nobody can read, and the person or operator it signs in here.

create table outside_identity (
  id             uuid primary key,
  person_id      uuid not null references person on delete cascade,
  issuer         text not null check (issuer ~ '^[a-z][a-z0-9-]{0,31}$'),   -- its id in farebox.yaml
  subject_lookup bytea not null unique check (octet_length(subject_lookup) = 32),
  created_at     timestamptz not null
);
create index outside_identity_by_person on outside_identity (person_id);

create table operator_identity (
  id             uuid primary key,
  operator_id    uuid not null references operator,
  issuer         text not null check (issuer ~ '^[a-z][a-z0-9-]{0,31}$'),
  subject_lookup bytea not null unique check (octet_length(subject_lookup) = 32),
  created_at     timestamptz not null
);
create index operator_identity_by_operator on operator_identity (operator_id);

alter table sign_in_step drop constraint sign_in_step_kind_check;
alter table sign_in_step add constraint sign_in_step_kind_check check (kind in (
  'second-step', 'passkey-register', 'passkey-sign-in', 'passkey-second', 'passkey-fresh', 'issuer-sign-in', 'issuer-sign-up', 'issuer-link'));
alter table operator_step drop constraint operator_step_kind_check;
alter table operator_step add constraint operator_step_kind_check check (kind in (
  'passkey-register', 'passkey-sign-in', 'passkey-fresh', 'totp-setup', 'issuer-sign-in', 'issuer-join'));
alter table operator_session drop constraint operator_session_way_check;
alter table operator_session add constraint operator_session_way_check check (way in ('token', 'passkey', 'password', 'recovery-code', 'issuer'));

revoke all on outside_identity, operator_identity from public;
grant select on outside_identity, operator_identity to farebox_ledger;
grant select, insert, delete on outside_identity, operator_identity to farebox_app;
