-- Choices that were written for accounts after they were erased, by links in old letters.
delete from notification_setting where not exists (
  select from account where account.id = notification_setting.account_id and status <> 'erased');
