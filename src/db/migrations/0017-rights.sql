-- Rights of people: erasure with what is kept and until when, requests with a due date, links that work once, accounts nobody uses.

alter table account drop constraint account_status_check;
alter table account add constraint account_status_check check (status in ('active', 'suspended', 'erased'));

-- An account that is being erased or was; it outlives the row of the account, so that a repeated request meets it.
create table account_erasure (
  account_id    uuid primary key,
  state         text not null check (state in ('requested', 'locked', 'shredded', 'done')),
  cause         text not null check (cause in ('customer', 'operator', 'inactive', 'restored')),
  given_up      bigint not null check (given_up >= 0),   -- nano-USD that its owner expressly let go
  requested_at  timestamptz not null,
  locked_at     timestamptz,
  shredded_at   timestamptz,
  done_at       timestamptz,
  gone_by       timestamptz not null
);
create index account_erasure_open on account_erasure (requested_at) where state <> 'done';

-- What the law makes us keep of an erased account, and until when.
create table legal_hold (
  account_id    uuid not null references account_erasure on delete cascade,
  category      text not null check (length(category) <= 64),
  basis         text not null check (length(basis) <= 200),
  until         date not null,
  primary key (account_id, category)
);

-- What people asked for. No address is in it: an address that no account has leaves nothing behind.
create table privacy_request (
  id            uuid primary key,
  account_id    uuid not null,
  kind          text not null check (kind in ('access', 'correct', 'erase', 'export', 'object')),
  channel       text not null check (channel in ('customer', 'operator')),
  state         text not null check (state in ('unverified', 'open', 'done', 'refused', 'expired')),
  created_at    timestamptz not null,
  verified_at   timestamptz,
  due_at        timestamptz not null,
  ended_at      timestamptz
);
create index privacy_request_by_account on privacy_request (account_id);
create index privacy_request_open on privacy_request (created_at) where state in ('unverified', 'open');

-- Links that were mailed and work once: the hash of what is in them.
create table privacy_link (
  token_hash    bytea primary key check (octet_length(token_hash) = 32),
  request_id    uuid not null references privacy_request on delete cascade,
  account_id    uuid not null,
  purpose       text not null check (purpose in ('access', 'correct', 'confirm-email', 'erase', 'export', 'object')),
  expires_at    timestamptz not null
);
create index privacy_link_by_account on privacy_link (account_id);

-- Accounts nobody has used for long, and when their owners were told that they would be erased.
create table inactive_account (
  account_id    uuid primary key,
  last_active   date not null,
  first_notice_at  timestamptz,
  second_notice_at timestamptz
);

-- Removes what is left of an erased account when nothing has to be kept any more; amounts in the journal then have a number nobody has.
create function forget_account(erased uuid) returns boolean language plpgsql security definer set search_path = farebox as $$
begin
  if not exists (select from account_erasure where account_id = erased and state = 'done')
    or exists (select from legal_hold where account_id = erased and until >= current_date) then
    return false;
  end if;
  delete from account where id = erased and status = 'erased';
  delete from privacy_request where account_id = erased;
  delete from inactive_account where account_id = erased;
  delete from account_erasure where account_id = erased;
  return true;
end $$;

revoke all on account_erasure, legal_hold, privacy_request, privacy_link, inactive_account from public;
grant select on account_erasure, legal_hold, privacy_request, privacy_link, inactive_account to farebox_app, farebox_ledger;
grant insert, update on account_erasure, legal_hold, privacy_request, inactive_account to farebox_app;
grant insert, delete on privacy_link to farebox_app;
grant delete on privacy_request, inactive_account, api_key to farebox_app;
revoke execute on function forget_account(uuid) from public;
grant execute on function forget_account(uuid) to farebox_app;
