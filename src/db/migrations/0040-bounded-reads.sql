-- What pages ask for, found without reading all there is: calls of one key, newest first, and what the house charged on the days of a month.
create index usage_event_by_key on usage_event (key_id, started_at desc);
create index usage_day_by_day on usage_day (day);
