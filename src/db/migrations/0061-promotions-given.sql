-- What a promotion has given in all, which its total bounds: of accounts that are erased too, whose gifts go.
create table promo_given (
  rule          text primary key check (length(rule) <= 32),
  amount        bigint not null check (amount > 0)
);

create function sum_promo() returns trigger language plpgsql security definer set search_path = farebox, pg_temp as $$
begin
  insert into promo_given as known (rule, amount) values (new.rule, new.amount)
  on conflict (rule) do update set amount = known.amount + excluded.amount;
  return null;
end $$;
-- Gifts wait until it is known what was given before.
lock table gift in share row exclusive mode;
insert into promo_given (rule, amount) select rule, sum(amount) from gift where kind = 'promo' group by rule;
create trigger sum_promo after insert on gift for each row when (new.kind = 'promo') execute function sum_promo();

revoke all on promo_given from public;
revoke execute on function sum_promo() from public;
grant select on promo_given to farebox_app, farebox_ledger;
