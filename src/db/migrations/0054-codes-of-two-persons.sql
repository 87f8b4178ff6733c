-- Codes that are worth more together than one operator may give: they work once another one approved them.
alter table redeem_batch
  add column requested_by text check (length(requested_by) <= 80),          -- null: one person was enough
  add column approved_by text check (length(approved_by) <= 80),
  add column approved_at timestamptz,
  add constraint redeem_batch_two_persons check (
    (approved_by is null) = (approved_at is null) and (approved_by is null or (requested_by is not null and approved_by <> requested_by)));
