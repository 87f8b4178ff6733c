-- What operators write of the policy in the console, every time they did, and documents that attestations name.

-- All that is written, as it was from then on; `saved_by` is who did, as the audit log calls them. The newest counts.
create table policy_own (
  revision      integer primary key check (revision > 0),
  words         jsonb not null check (jsonb_typeof(words) = 'object' and length(words::text) <= 200000),
  saved_by      text not null check (length(saved_by) <= 100),
  saved_at      timestamptz not null
);
create trigger policy_own_immutable before update or delete on policy_own for each row execute function refuse_change();

-- A document that somebody else wrote, by its SHA-256.
create table policy_document (
  sha256        bytea primary key check (octet_length(sha256) = 32),
  bytes         bytea not null check (octet_length(bytes) between 1 and 524288),
  saved_at      timestamptz not null,
  check (sha256 = sha256(bytes))
);
create trigger policy_document_immutable before update or delete on policy_document for each row execute function refuse_change();

revoke all on policy_own, policy_document from public;
grant select on policy_own, policy_document to farebox_app, farebox_ledger;
grant insert on policy_own, policy_document to farebox_app;
