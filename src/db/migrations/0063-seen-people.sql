-- On which day a person was last signed in, as sessions go 90 days after they began.
alter table person add column seen_on date;
-- Who has no session any more was seen 60 days ago at the latest, as one lasts 30 days; nobody is to be taken for silent who may have been here.
update person set seen_on = coalesce(
  (select max((seen_at at time zone 'UTC')::date) from sign_in_session where person_id = person.id),
  greatest((created_at at time zone 'UTC')::date, (now() at time zone 'UTC')::date - 60));
