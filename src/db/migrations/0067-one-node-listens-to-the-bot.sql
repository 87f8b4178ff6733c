-- The node that asks Telegram what was written to the bot, so that no two do: a second one would be answered 409, and an update obeyed twice.
alter table telegram_cursor
  add column if not exists reader text check (length(reader) <= 80),
  add column if not exists reader_until timestamptz;
