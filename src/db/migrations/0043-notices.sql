-- How people are told: by which way about what, what a day may cost before they hear of it, and up to where they have read; announcements that
-- come later or are taken back; incidents with their course; keys that were found in public.

-- choices --------------------------------------------------------------------------------------------------------------------

-- The choices of letters by mail are `refused` and `wanted`, those of a chat are beside them. `spend_alarm`: nano-USD of a UTC day from which
-- on its owner is told, null for never. `news_seen_at`, `alerts_seen_at`: announcements, alerts up to then are read.
alter table notification_setting
  add column chat_refused text[] not null default '{}'
    check (chat_refused <@ array['balance', 'budgets', 'keys', 'models', 'incidents', 'announcements', 'gifts']),
  add column chat_wanted text[] not null default '{}'
    check (chat_wanted <@ array['balance', 'budgets', 'keys', 'models', 'incidents', 'announcements', 'gifts']),
  add column spend_alarm bigint check (spend_alarm > 0),
  add column news_seen_at timestamptz,
  add column alerts_seen_at timestamptz;
update notification_setting set chat_refused = refused, chat_wanted = wanted;
create index notification_setting_alarmed on notification_setting (account_id) where spend_alarm is not null;

-- keys that were found in public ---------------------------------------------------------------------------------------------

alter table key_alarm drop constraint key_alarm_kind_check, drop constraint key_alarm_check, drop constraint key_alarm_check1;
alter table key_alarm
  add constraint key_alarm_kind_check check (kind in ('spike', 'unusual', 'shared', 'leaked')),
  add constraint key_alarm_check check ((kind in ('spike', 'unusual')) = (amount is not null)),
  add constraint key_alarm_check1 check ((kind = 'shared') = (addresses is not null));
create unique index key_alarm_leaked_once on key_alarm (key_id) where kind = 'leaked';

-- incidents ------------------------------------------------------------------------------------------------------------------

-- What went wrong with the service, for everybody to read, in both languages; `model`: the one that it is about, null for all of it.
create table incident (
  id            uuid primary key,
  title_en      text not null check (length(title_en) between 1 and 200),
  title_zh      text not null check (length(title_zh) between 1 and 200),
  model         text check (length(model) between 1 and 200),
  began_at      timestamptz not null,
  ended_at      timestamptz check (ended_at >= began_at),             -- null: it goes on
  created_at    timestamptz not null
);
create index incident_newest on incident (began_at desc, id desc);
-- Its course, note by note; the one that ends it is `resolved`. What was said stays said.
create table incident_note (
  id            uuid primary key,
  incident_id   uuid not null references incident,
  state         text not null check (state in ('investigating', 'identified', 'watching', 'resolved')),
  words_en      text not null check (length(words_en) between 1 and 500),
  words_zh      text not null check (length(words_zh) between 1 and 500),
  created_at    timestamptz not null
);
create index incident_note_of on incident_note (incident_id, created_at desc);
create trigger incident_note_immutable before update or delete on incident_note for each row execute function refuse_change();

-- announcements --------------------------------------------------------------------------------------------------------------

-- `publish_at`: from when on it is for everybody. `published_at`: when its audience was noted. `withdrawn_at`: from when on it is shown no more.
alter table announcement
  add column publish_at timestamptz,
  add column published_at timestamptz,
  add column withdrawn_at timestamptz;
drop trigger announcement_immutable on announcement;
update announcement set publish_at = created_at, published_at = created_at;
alter table announcement alter column publish_at set not null;
create index announcement_by_publishing on announcement (publish_at desc, id desc);
create index announcement_due on announcement (publish_at) where published_at is null and withdrawn_at is null;
-- What was written stays as it was; that it went out or was taken back is noted once.
create function refuse_other_words() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'published_at' - 'withdrawn_at') is distinct from (to_jsonb(old) - 'published_at' - 'withdrawn_at')
    or (old.published_at is not null and new.published_at is distinct from old.published_at)
    or (old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at) then
    raise exception 'the words of an announcement stay as they are' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger announcement_words before update on announcement for each row execute function refuse_other_words();
create trigger announcement_stays before delete on announcement for each row execute function refuse_change();

-- grants ---------------------------------------------------------------------------------------------------------------------

revoke all on incident, incident_note from public;
grant select on incident, incident_note to farebox_app, farebox_ledger;
grant insert on incident, incident_note to farebox_app;
grant update (ended_at) on incident to farebox_app;
grant update (published_at, withdrawn_at) on announcement to farebox_app;
