-- Columns for names and codes have room for names and codes: none could take in what somebody said in a call. Rows that are there stay.

alter table model add check (length(id) <= 80);
alter table plan add check (length(id) <= 64);
alter table account add check (length(plan_id) <= 64);
alter table upstream add check (length(id) <= 64), add check (length(kind) <= 32), add check (length(api_version) <= 32);
alter table route add check (length(upstream_model) <= 200);
alter table transfer add check (length(kind) <= 64) not valid;
alter table rail_entry add check (length(rail) <= 64), add check (length(external_id) <= 200), add check (length(currency) <= 16);
alter table rail_day add check (length(rail) <= 64);
alter table reconciliation add check (length(report_code) <= 200);
alter table signing_key add check (length(kid) <= 200);
alter table receipt_batch add check (length(kid) <= 200);
alter table audit_day add check (length(kid) <= 200);
