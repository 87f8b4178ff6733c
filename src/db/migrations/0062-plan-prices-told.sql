-- The newest price of its plan that a member was told of, where members pay new prices.
alter table subscription add column told_price_id integer references plan_price;
alter table plan_letter drop constraint plan_letter_template_check, add constraint plan_letter_template_check
  check (template in ('subscription-renewed', 'subscription-past-due', 'subscription-ended', 'subscription-price', 'seat-free'));
