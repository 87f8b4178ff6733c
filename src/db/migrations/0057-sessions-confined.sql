-- A session that the issuer of a team opened acts for that team alone, until its person shows who they are by a way of their own.
alter table sign_in_session add column confined_to uuid references account on delete cascade;
-- Those that an issuer opened, not those of people who linked themselves with it later.
update sign_in_session set confined_to = vouched_by where vouched_by is not null and vouched_at = created_at and ended_at is null;
