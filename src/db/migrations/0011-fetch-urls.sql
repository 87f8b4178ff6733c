-- Upstreams that want bytes, so that what addresses in requests lead to is fetched for them.
alter table upstream add column fetches_urls boolean not null default false;
