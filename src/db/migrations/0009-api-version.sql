-- Upstreams whose API has dated versions (azure-openai); null where the address says it all.
alter table upstream add column api_version text;
