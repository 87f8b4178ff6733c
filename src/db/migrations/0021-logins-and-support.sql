-- What the passwords of the logins of control are made of: nobody but the owner of the database reads it.
create table login_secret (
  is_only boolean primary key default true check (is_only),
  secret bytea not null check (length(secret) = 32)
);
revoke all on login_secret from public;
-- Two random numbers of 122 bits each, from the server's strong source.
insert into login_secret (secret) values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

-- What customers ask of support and what they are told; both sealed under the key of the account.
create table support_request (
  id              uuid primary key,
  account_id      uuid not null,
  state           text not null check (state in ('open', 'answered', 'closed')),
  question_sealed bytea not null check (octet_length(question_sealed) <= 20000),
  answer_sealed   bytea check (octet_length(answer_sealed) <= 20000),
  created_at      timestamptz not null,
  due_at          timestamptz not null,
  ended_at        timestamptz,
  told_at         timestamptz,
  check ((state = 'open') = (ended_at is null)),
  check ((state = 'answered') <= (answer_sealed is not null))
);
create index support_request_by_account on support_request (account_id);
create index support_request_open on support_request (created_at) where state = 'open';
create index support_request_untold on support_request (ended_at) where state = 'answered' and told_at is null;

revoke all on support_request from public;
grant select, insert, update, delete on support_request to farebox_app;
