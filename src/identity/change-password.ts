import { getAccount } from '../accounts/index.ts'
import { fail } from '../failures.ts'
import { countAccountGuess, PASSWORD_CHANGES } from './guess-limits.ts'
import type { IdentityParts } from './parts.ts'
import { requireGoodPassword } from './password-rules.ts'
import { type Person, replacePassword } from './person.ts'
import { tellPasswordChanged } from './post.ts'
import { endSessions } from './sessions.ts'
import { dropSteps } from './steps.ts'

/** What a password is changed with; `current` is left out where there is none yet. */
export type PasswordChange = { readonly current: string | undefined; readonly password: string }

/**
 * Changes the password of somebody who is signed in and ends all their other sessions, a few times in an hour. Links for a new password that were mailed stay, so that
 * whoever reads the mail takes the account back from who has its session and its password. Fails with invalid_field (password), sign_in_failed when the
 * current one is wrong, or is another by the time it is done; sign_in_limited.
 */
export async function changePassword(
  parts: IdentityParts,
  person: Person,
  change: PasswordChange & { readonly sessionId: string },
): Promise<void> {
  const { database, hashes, subjects } = parts
  const { email } = await getAccount(database, subjects, person.accountId)
  requireGoodPassword(change.password, email)
  const guess = await countAccountGuess(parts, `person:${person.id}`)
  if (person.password !== undefined && !(await hashes.verify(change.current ?? '', person.password))) fail('sign_in_failed')
  await guess.forgive()
  await countAccountGuess(parts, `person:${person.id}`, PASSWORD_CHANGES)
  const password = await hashes.hash(change.password)
  await database.transaction(async (tx) => {
    if (!(await replacePassword(tx, person.id, { before: person.password, password }))) fail('sign_in_failed')
    await dropSteps(tx, person.id)
    await endSessions({ database: tx, clock: parts.clock }, { personId: person.id, exceptId: change.sessionId })
  })
  await tellPasswordChanged(parts, person.accountId)
}
