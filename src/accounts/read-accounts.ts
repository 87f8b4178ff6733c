import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { ACCOUNT_COLUMNS, type Account, type AccountRow, accountOf, type EmailSealing } from './account-record.ts'
import { emailLookupOf } from './email-lookup.ts'

/** One account with its e-mail readable. Fails with account_unknown. */
export async function getAccount(database: Database, sealing: EmailSealing, id: string): Promise<Account> {
  if (!isUuid(id)) fail('account_unknown')
  const [row] = await database.query<AccountRow>(sql`select ${ACCOUNT_COLUMNS} from account where id = ${id}`)
  return row === undefined ? fail('account_unknown') : await accountOf(row, sealing)
}

/** The account of an e-mail address, or undefined; letters are the same in both cases. */
export async function findAccountByEmail(database: Database, sealing: EmailSealing, email: string): Promise<Account | undefined> {
  const lookup = emailLookupOf(sealing, email)
  const [row] = await database.query<AccountRow>(sql`select ${ACCOUNT_COLUMNS} from account where email_lookup = ${lookup}`)
  return row === undefined ? undefined : await accountOf(row, sealing)
}

/** Which part of the accounts to list: those after the id `cursor`, at most `limit`. */
export type AccountPage = { readonly cursor: string | undefined; readonly limit: number }

/** Accounts, newest first; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
export async function listAccounts(
  database: Database,
  sealing: EmailSealing,
  page: AccountPage,
): Promise<{ readonly accounts: readonly Account[]; readonly next: string | undefined }> {
  const { cursor = LAST_UUID, limit } = page
  if (!isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const rows = await database.query<AccountRow>(sql`
    select ${ACCOUNT_COLUMNS} from account where id < ${cursor} order by id desc limit ${limit + 1}`)
  const accounts = await Promise.all(rows.slice(0, limit).map((row) => accountOf(row, sealing)))
  return { accounts, next: rows.length > limit ? accounts.at(-1)?.id : undefined }
}

// Ids begin with the time they were made at, so that their order is the order of creation.
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
