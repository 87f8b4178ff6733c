import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { type EmailSealing, emailPurpose } from './account-record.ts'
import { EMAIL_EXPECTED, isEmail } from './email.ts'
import { emailLookupOf } from './email-lookup.ts'

const TAKEN = '23505'

/**
 * Replaces an account's e-mail: sealed anew and found by the new one alone; the old one is in no row any more. Fails with invalid_field
 * (email), account_unknown, also for an erased one, and account_exists.
 */
export async function changeEmail(
  database: Database,
  sealing: EmailSealing,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<void> {
  if (!isEmail(email)) fail('invalid_field', { field: 'email', expected: EMAIL_EXPECTED })
  if (!isUuid(id)) fail('account_unknown')
  const known = await database.query(sql`select from account where id = ${id} and status <> 'erased' and email_sealed is not null`)
  if (known.length === 0) fail('account_unknown')
  const sealed = await sealing.seal(id, Buffer.from(email), emailPurpose(id))
  const lookup = emailLookupOf(sealing, email)
  try {
    const changed = await database.query(sql`
      update account set email_sealed = ${sealed}, email_lookup = ${lookup}
      where id = ${id} and status <> 'erased' and email_sealed is not null returning id`)
    if (changed.length === 0) fail('account_unknown')
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('account_exists')
    throw thrown
  }
}
