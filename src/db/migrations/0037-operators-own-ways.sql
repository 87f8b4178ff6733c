-- What an operator sets another authenticator app up with can be used once, and not for long, like a challenge of a passkey.
alter table operator_step drop constraint operator_step_kind_check;
alter table operator_step add constraint operator_step_kind_check
  check (kind in ('passkey-register', 'passkey-sign-in', 'passkey-fresh', 'totp-setup'));
