-- What is done against abuse: why a key rests, alarms over keys, which accounts are one person's, and who may sign up all the same.

-- Null while a key does not rest; what rests since before this, its owner made rest.
alter table api_key add column paused_for text check (paused_for in ('owner', 'spike'));
alter table api_key add column resumed_at timestamptz;

-- That a key spent or was used as its owner hardly meant it.
create table key_alarm (
  id            uuid primary key,
  account_id    uuid not null,
  key_id        uuid not null,
  kind          text not null check (kind in ('spike', 'unusual', 'shared')),
  amount        bigint check (amount >= 0),                       -- nano-USD within five minutes
  addresses     integer check (addresses > 0),                    -- from how many addresses it was used in a day
  is_paused     boolean not null,                                 -- whether the key was made to rest for it
  raised_at     timestamptz not null,
  told_at       timestamptz,                                      -- when its owner was, or was not to be
  check ((kind = 'shared') = (amount is null)),
  check ((kind = 'shared') = (addresses is not null))
);
create index key_alarm_by_account on key_alarm (account_id, raised_at);
create index key_alarm_by_key on key_alarm (key_id, raised_at);
create index key_alarm_by_time on key_alarm (raised_at);
create index key_alarm_untold on key_alarm (raised_at) where told_at is null;

-- By what the e-mails of one person are known to be one person's, where each may have one account.
create table person_mark (
  account_id    uuid primary key,
  mark          bytea not null check (octet_length(mark) = 32)
);
create index person_mark_by_mark on person_mark (mark);

-- Who may sign up although the rule of one account each refuses it.
create table sign_up_allowance (
  email_tag     bytea primary key check (octet_length(email_tag) = 32),
  allowed_at    timestamptz not null
);

revoke all on key_alarm, person_mark, sign_up_allowance from public;
grant select on key_alarm, person_mark, sign_up_allowance to farebox_app, farebox_ledger;
grant insert, update, delete on key_alarm, person_mark, sign_up_allowance to farebox_app;
