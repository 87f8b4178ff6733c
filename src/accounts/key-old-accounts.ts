import { type Database, sql } from '../db/index.ts'
import type { Keyring } from '../privacy/index.ts'
import { type EmailSealing, emailPurpose } from './account-record.ts'

const PAGE = 500

/**
 * Gives accounts from before there were keys of persons a key each, and seals their e-mails under it instead of the master key. Each account
 * is one statement, so that what is interrupted goes on at the next start. Returns how many there were.
 */
export async function keyOldAccounts(database: Database, sealing: EmailSealing, keyring: Pick<Keyring, 'unseal'>): Promise<number> {
  for (let keyed = 0; ; ) {
    const rows = await database.query<{ readonly id: string; readonly email_sealed: Buffer | null }>(sql`
      select id, email_sealed from account where not is_keyed order by id limit ${PAGE}`)
    for (const { id, email_sealed: old } of rows) {
      await sealing.create(id)
      const email = old === null ? undefined : keyring.unseal(old, emailPurpose(id))
      const sealed = email === undefined ? null : await sealing.seal(id, email, emailPurpose(id))
      await database.query(sql`update account set email_sealed = ${sealed}, is_keyed = true where id = ${id} and not is_keyed`)
    }
    keyed += rows.length
    if (rows.length < PAGE) return keyed
  }
}
