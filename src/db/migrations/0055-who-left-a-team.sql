-- Who left a team, or was removed, comes back by an invitation alone, also where no link with its issuer says so: one that is taken away, or never was.
create table team_leaver (
  account_id uuid not null references account on delete cascade,
  person_id  uuid not null references person on delete cascade,
  left_at    timestamptz not null,
  primary key (account_id, person_id)
);
create index team_leaver_by_person on team_leaver (person_id);
insert into team_leaver (account_id, person_id, left_at)
  select team_issuer.account_id, person_id, max(left_at) from outside_identity join team_issuer on team_issuer.id = issuer
  where left_at is not null
    and not exists (select from account_member where account_member.account_id = team_issuer.account_id and account_member.person_id = outside_identity.person_id)
  group by team_issuer.account_id, person_id;

revoke all on team_leaver from public;
grant select on team_leaver to farebox_ledger;
grant select, insert, update, delete on team_leaver to farebox_app;
