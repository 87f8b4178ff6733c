-- How often what waits to be told was tried, and when it is tried again, later each time; null: at once.
alter table account_event
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
alter table plan_letter
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
alter table price_notice
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
alter table plan_change_notice
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
alter table balance_alert
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
alter table key_alarm
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
alter table support_request
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
alter table policy_notice
  add column if not exists tries integer not null default 0 check (tries >= 0),
  add column if not exists next_try_at timestamptz;
grant update (tries, next_try_at) on policy_notice to farebox_app;
