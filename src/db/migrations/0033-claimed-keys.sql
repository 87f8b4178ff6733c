-- The key that a claim gave, so that whoever sends the very same claim again is given it again, and nobody else.
alter table usdc_claim add column key_id uuid;
alter table x402_payment add column claimed_key_id uuid;
