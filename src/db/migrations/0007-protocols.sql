-- What an upstream speaks, where it is not what its kind does: servers of one's own speak several protocols.
alter table upstream add column protocols text[]
  check (protocols <@ array['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] and cardinality(protocols) > 0);
