-- The class of a call's latency is worked out in the statement that adds calls up: a function with a search path of its own is called for each
-- row instead, which took a twelfth of what a call costs here.
create or replace function latency_class(latency_ms integer) returns integer language sql immutable as $$
  select least(width_bucket(latency_ms - 1, farebox.latency_classes()) + 1, cardinality(farebox.latency_classes()))
$$;
