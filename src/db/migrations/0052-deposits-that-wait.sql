-- Deposits that are not settled are few among all there ever were, and operators list them.
create index usdc_deposit_waiting on usdc_deposit (seen_at) where state in ('pending', 'early', 'unclaimed', 'problem');
