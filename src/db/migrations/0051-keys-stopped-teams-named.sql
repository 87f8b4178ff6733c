-- What operators do to a single key, with a reason that its owner reads; names of teams; and e-mails that operators are about to have.

alter table api_key drop constraint api_key_paused_for_check;
alter table api_key add constraint api_key_paused_for_check check (paused_for in ('owner', 'spike', 'operator'));

create table key_stop (
  key_id        uuid primary key,
  account_id    uuid not null,
  act           text not null check (act in ('paused', 'revoked')),
  reason        text not null check (reason in ('payment', 'abuse', 'security', 'terms', 'request')),
  note_sealed   bytea check (octet_length(note_sealed) <= 2200),  -- what the operator wrote to the owner
  stopped_at    timestamptz not null
);
create index key_stop_by_account on key_stop (account_id);

revoke all on key_stop from public;
grant select on key_stop to farebox_app, farebox_ledger;
grant insert, update, delete on key_stop to farebox_app;

-- What a team is called, where it is called anything; its owner is the account.
create table team_name (
  account_id    uuid primary key references account,
  name_sealed   bytea not null check (octet_length(name_sealed) <= 400),
  changed_at    timestamptz not null
);

revoke all on team_name from public;
grant select on team_name to farebox_app, farebox_ledger;
grant insert, update, delete on team_name to farebox_app;

-- An operator's new e-mail, which is kept nowhere until somebody who reads it answers by a link.
alter table operator_step drop constraint operator_step_kind_check;
alter table operator_step add constraint operator_step_kind_check check (kind in (
  'passkey-register', 'passkey-sign-in', 'passkey-fresh', 'totp-setup', 'issuer-sign-in', 'issuer-join', 'issuer-link', 'issuer-proof', 'email-change'));
