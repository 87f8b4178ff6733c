import { type Sql, sql } from '../../db/index.ts'

/**
 * Whose addresses a letter about an account goes to, as a part of a query: the account's own, and those of its members who belonged to it at a time,
 * each of whom has an account of their own. Who joins later sees what is announced.
 */
export const reachedPeople = ({ account, at }: { readonly account: Sql; readonly at: Sql }): Sql => sql`(
  select ${account} as account_id
  union
  select person.account_id from account_member join person on person.id = account_member.person_id
  where account_member.account_id = ${account} and account_member.created_at <= ${at})`
