-- Single sign-on of teams: mail domains that an account has shown to be its own, the issuer that signs its members in, and which sessions it vouched for.
-- Beside it: until when links with a team's issuer are good, when passkeys were last used, and proofs of who it is by an issuer.

create table team_domain (
  id            uuid primary key,
  account_id    uuid not null references account,
  domain_lookup bytea not null check (octet_length(domain_lookup) = 32),
  domain_sealed bytea not null check (octet_length(domain_sealed) <= 512),
  verified_at   timestamptz,           -- null: not shown, or not any more
  checked_at    timestamptz,           -- when the name servers last answered
  missing_since timestamptz,           -- since when the record of a domain that was shown is not there
  created_at    timestamptz not null,
  unique (account_id, domain_lookup)
);
create unique index team_domain_verified on team_domain (domain_lookup) where verified_at is not null;

create table team_issuer (
  account_id    uuid primary key references account,
  id            text not null unique check (id ~ '^team-[0-9a-f]{16}$'),
  settings_sealed bytea not null check (octet_length(settings_sealed) <= 4096), -- address, client id and secret
  default_role  text not null check (default_role in ('admin', 'developer', 'billing', 'viewer')),
  is_required   boolean not null,
  created_at    timestamptz not null,
  changed_at    timestamptz not null
);

alter table outside_identity add column left_at timestamptz; -- when they left the team whose issuer it is, or were removed
alter table sign_in_session add column vouched_by uuid references account on delete set null, add column vouched_at timestamptz;
alter table sign_in_step add column vouched_by uuid references account on delete cascade;
alter table passkey add column used_on date;
alter table operator_passkey add column used_on date;

alter table sign_in_step drop constraint sign_in_step_kind_check;
alter table sign_in_step add constraint sign_in_step_kind_check check (kind in (
  'second-step', 'passkey-register', 'passkey-sign-in', 'passkey-second', 'passkey-fresh', 'issuer-sign-in', 'issuer-sign-up', 'issuer-link',
  'issuer-proof'));
alter table operator_step drop constraint operator_step_kind_check;
alter table operator_step add constraint operator_step_kind_check check (kind in (
  'passkey-register', 'passkey-sign-in', 'passkey-fresh', 'totp-setup', 'issuer-sign-in', 'issuer-join', 'issuer-link', 'issuer-proof'));

revoke all on team_domain, team_issuer from public;
grant select on team_domain, team_issuer to farebox_ledger;
grant select, insert, update, delete on team_domain, team_issuer to farebox_app;
grant update on outside_identity to farebox_app;
