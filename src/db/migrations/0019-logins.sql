-- What the passwords of the logins of control are made of: nobody but the owner of the database reads it.
create table login_secret (
  is_only boolean primary key default true check (is_only),
  secret bytea not null check (length(secret) = 32)
);
revoke all on login_secret from public;
-- Two random numbers of 122 bits each, from the server's strong source.
insert into login_secret (secret) values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
