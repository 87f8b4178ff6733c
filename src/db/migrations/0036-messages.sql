-- What people are told, how and about what: letters, Telegram, webhooks; and what happened to accounts that somebody is told of.

-- choices --------------------------------------------------------------------------------------------------------------------

-- In which language an account is written to, and which letters its owner wants or refuses beside those that must be sent.
create table notification_setting (
  account_id    uuid primary key,
  language      text check (language in ('en', 'zh')),               -- null: the house's
  refused       text[] not null default '{}',
  wanted        text[] not null default '{}',
  check (refused <@ array['balance', 'budgets', 'keys', 'models', 'incidents', 'announcements', 'gifts']),
  check (wanted <@ array['balance', 'budgets', 'keys', 'models', 'incidents', 'announcements', 'gifts'])
);

-- A chat of Telegram that an account is written to, and codes that bind one; of a code there is its hash alone.
create table telegram_chat (
  account_id    uuid primary key,
  chat_sealed   bytea not null check (octet_length(chat_sealed) <= 200),
  chat_lookup   bytea not null unique check (octet_length(chat_lookup) = 32),
  bound_at      timestamptz not null
);
create table telegram_code (
  code_hash     bytea primary key check (octet_length(code_hash) = 32),
  account_id    uuid not null,
  expires_at    timestamptz not null
);
create index telegram_code_by_account on telegram_code (account_id);
-- Up to which update the bot has read.
create table telegram_cursor (
  is_only       boolean primary key default true check (is_only),
  next_update   bigint not null check (next_update >= 0)
);
insert into telegram_cursor (next_update) values (0);

-- events ---------------------------------------------------------------------------------------------------------------------

-- What happened to an account and somebody is told of: ids, figures and times, never a word of a person. `reference`: what it is of, so that
-- it is noted once. `hooked_at`: its deliveries are in the queue. `told_at`: its letter was sent, or there is none to send.
create table account_event (
  id            uuid primary key,
  account_id    uuid not null,
  kind          text not null check (kind ~ '^[a-z]{1,20}(\.[a-z]{1,20})?$'),
  reference     text check (length(reference) <= 80),
  data          jsonb not null,
  created_at    timestamptz not null,
  hooked_at     timestamptz,
  told_at       timestamptz,
  unique (account_id, kind, reference)
);
create index account_event_unhooked on account_event (created_at) where hooked_at is null;
create index account_event_untold on account_event (created_at) where told_at is null;

-- Notes an event of an account that is there.
create function note_event(account uuid, what text, told jsonb, of text default null) returns void language sql
  set search_path = farebox, pg_temp as $$
  insert into account_event (id, account_id, kind, reference, data, created_at)
  select gen_random_uuid(), account, what, of, told, clock_timestamp() from account as known where known.id = account and status <> 'erased'
  on conflict do nothing
$$;

create function note_key_event() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform note_event(new.account_id, 'key.created', jsonb_build_object('key_id', new.id));
  elsif new.revoked_at is not null and old.revoked_at is null then
    perform note_event(new.account_id, 'key.revoked', jsonb_build_object('key_id', new.id));
  elsif new.paused_at is not null and old.paused_at is null then
    perform note_event(new.account_id, 'key.paused', jsonb_build_object('key_id', new.id));
  end if;
  return null;
end $$;
create trigger api_key_event after insert or update of revoked_at, paused_at on api_key for each row execute function note_key_event();

-- Money of a payment as the journal has it, whichever way it came or went.
create function note_payment_event() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  if new.kind = 'deposit' then
    perform note_event(new.credit_account, 'payment.credited', jsonb_build_object('transfer_id', new.id, 'amount', new.amount::text));
  elsif new.kind = 'refund' then
    perform note_event(new.debit_account, 'payment.refunded', jsonb_build_object('transfer_id', new.id, 'amount', new.amount::text));
  else
    perform note_event(new.debit_account, 'payment.disputed', jsonb_build_object('transfer_id', new.id, 'amount', new.amount::text));
  end if;
  return null;
end $$;
create trigger transfer_event after insert on transfer for each row
  when (new.kind in ('deposit', 'refund', 'chargeback')) execute function note_payment_event();

create function note_balance_event() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  perform note_event(new.account_id, 'balance.low', jsonb_build_object('threshold', new.threshold::text));
  return null;
end $$;
create trigger balance_alert_event after insert or update of is_low, is_told on balance_alert for each row
  when (new.is_low and not new.is_told) execute function note_balance_event();

create function note_subscription_event() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  perform note_event(new.account_id, 'subscription.changed', jsonb_build_object('subscription_id', new.id, 'state', new.state,
    'period_end', to_char(new.period_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
  return null;
end $$;
create trigger subscription_begun after insert on subscription for each row execute function note_subscription_event();
create trigger subscription_changed after update on subscription for each row
  when (new.state <> old.state or new.period_end is distinct from old.period_end) execute function note_subscription_event();

-- Calls are refused before a limit is wholly spent, as their holds no longer fit; so it is told at 95 per cent.
create function note_budget_event() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  perform note_event(new.account_id, 'budget.reached', jsonb_build_object('subject_id', new.subject_id, 'window', new.kind, 'amount', new.cap::text,
    'resets_at', to_char(new.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
    new.subject_id::text || ' ' || new.kind::text || ' ' || extract(epoch from new.starts_at)::bigint::text);
  return null;
end $$;
create trigger spend_window_event after update on spend_window for each row
  when (new.spent >= new.cap - new.cap / 20 and old.spent < old.cap - old.cap / 20) execute function note_budget_event();

-- webhooks -------------------------------------------------------------------------------------------------------------------

-- Where an account has events sent to; address and secrets are sealed under its key. The secret before goes on signing until old_until.
create table webhook_endpoint (
  id            uuid primary key,
  account_id    uuid not null,
  url_sealed    bytea not null check (octet_length(url_sealed) <= 3000),
  secret_sealed bytea not null check (octet_length(secret_sealed) <= 200),
  old_secret_sealed bytea check (octet_length(old_secret_sealed) <= 200),
  old_until     timestamptz,
  events        text[] not null check (cardinality(events) <= 20),
  is_active     boolean not null,
  failing_since timestamptz,
  switched_off_at timestamptz,
  created_at    timestamptz not null,
  check ((old_secret_sealed is null) = (old_until is null))
);
create index webhook_endpoint_by_account on webhook_endpoint (account_id);

-- What is to be sent to an endpoint, tried until it is taken or a day is over; its id is the same at every try.
create table webhook_delivery (
  id            uuid primary key,
  account_id    uuid not null,
  endpoint_id   uuid not null references webhook_endpoint on delete cascade,
  kind          text not null check (kind ~ '^[a-z]{1,20}(\.[a-z]{1,20})?$'),
  data          jsonb not null,
  happened_at   timestamptz not null,
  state         text not null check (state in ('waiting', 'delivered', 'failed')),
  tries         integer not null default 0 check (tries >= 0),
  next_try_at   timestamptz not null,
  last_status   smallint check (last_status between 100 and 599),     -- null: no answer
  last_try_at   timestamptz,
  created_at    timestamptz not null
);
create index webhook_delivery_due on webhook_delivery (next_try_at) where state = 'waiting';
create index webhook_delivery_by_endpoint on webhook_delivery (endpoint_id, created_at desc);
create index webhook_delivery_by_account on webhook_delivery (account_id);

-- announcements --------------------------------------------------------------------------------------------------------------

-- What the house tells everybody, or everybody who called a model, in both languages; never changed.
create table announcement (
  id            uuid primary key,
  topic         text not null check (topic in ('announcements', 'incidents', 'models')),
  model         text check (length(model) between 1 and 200),         -- whose callers it is for; null: everybody
  effective_at  timestamptz,
  title_en      text not null check (length(title_en) between 1 and 200),
  title_zh      text not null check (length(title_zh) between 1 and 200),
  words_en      text not null check (length(words_en) between 1 and 500),
  words_zh      text not null check (length(words_zh) between 1 and 500),
  created_at    timestamptz not null,
  check ((topic = 'models') = (effective_at is not null)),
  check (topic <> 'models' or model is not null)
);
create index announcement_newest on announcement (created_at desc, id desc);
create trigger announcement_immutable before update or delete on announcement for each row execute function refuse_change();

-- grants ---------------------------------------------------------------------------------------------------------------------

revoke all on notification_setting, telegram_chat, telegram_code, telegram_cursor, account_event, webhook_endpoint, webhook_delivery, announcement
  from public;
grant select on notification_setting, telegram_chat, telegram_code, telegram_cursor, account_event, webhook_endpoint, webhook_delivery,
  announcement to farebox_app, farebox_ledger;
grant insert, update, delete on notification_setting, telegram_chat, account_event, webhook_endpoint, webhook_delivery to farebox_app;
grant insert, delete on telegram_code to farebox_app;
grant update on telegram_cursor to farebox_app;
grant insert on announcement to farebox_app;
-- The books note what happened to money in the transaction in which it did.
grant insert on account_event to farebox_ledger;
