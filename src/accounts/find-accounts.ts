import { type Database, sql } from '../db/index.ts'
import { isUuid } from '../lib/index.ts'
import { ACCOUNT_COLUMNS, type Account, type AccountRow, accountOf, type EmailSealing } from './account-record.ts'
import { findAccountByEmail } from './read-accounts.ts'

const FOUND_MAX = 20
const PREFIX = /^[0-9a-f]{8}(?:[0-9a-f-]{0,28})$/

/**
 * Accounts that a text means: an e-mail address as a whole, or an id or its first eight digits or more; newest first, at most twenty. `ids` are of
 * accounts that it means besides.
 */
export async function findAccounts(
  database: Database,
  sealing: EmailSealing,
  { text, ids }: { readonly text: string; readonly ids: readonly string[] },
): Promise<readonly Account[]> {
  if (text.includes('@')) {
    const found = await findAccountByEmail(database, sealing, text)
    return found === undefined ? [] : [found]
  }
  const prefix = text.toLowerCase()
  const [first, last] = PREFIX.test(prefix) ? [padded(prefix, '0'), padded(prefix, 'f')] : [undefined, undefined]
  const rows = await database.query<AccountRow>(sql`
    select ${ACCOUNT_COLUMNS} from account
    where id between ${first ?? null}::uuid and ${last ?? null}::uuid or id = any(${[...ids]}::uuid[]) order by id desc limit ${FOUND_MAX}`)
  return await Promise.all(rows.map((row) => accountOf(row, sealing)))
}

const SHAPE = '00000000-0000-0000-0000-000000000000'

/** An id of the beginning of one and one digit for all the rest; undefined where it is none. */
function padded(prefix: string, digit: string): string | undefined {
  const id = prefix + SHAPE.slice(prefix.length).replaceAll('0', digit)
  return isUuid(id) ? id : undefined
}
