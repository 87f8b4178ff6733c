-- Upstreams may be said to speak the protocol of realtime sessions too.
alter table upstream drop constraint upstream_protocols_check;
alter table upstream add constraint upstream_protocols_check
  check (
    protocols <@ array['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'openai-realtime']
    and cardinality(protocols) > 0
  );
