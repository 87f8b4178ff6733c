import { getAccount } from '../accounts/index.ts'
import type { Database } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { Mailer } from '../spec/index.ts'
import { ADDRESS_SIGN_UPS, countAddressGuess, RESET_LETTERS } from './guess-limits.ts'
import { dropInvitations } from './invitations.ts'
import { dropLinks, LINK_HOURS, makeLink, peekLink, takeLink } from './links.ts'
import { countJoined } from './members.ts'
import { addPerson } from './open-person.ts'
import type { KeysLeft } from './options.ts'
import { dropIdentities } from './outside-identities.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import type { StoredPassword } from './password-hashes.ts'
import { requireGoodPassword } from './password-rules.ts'
import { findPersonOfAccount, writePassword } from './person.ts'
import { tellPasswordChanged } from './post.ts'
import { endSessions } from './sessions.ts'
import { accountOfEmail, mayBeWritten, requireEmail } from './sign-up.ts'
import { dropSteps } from './steps.ts'
import { countWaysIn, listKeysOf, type WaysIn } from './ways-in.ts'

/**
 * Mails a link that sets a new password, if there is such an account; the answer and its time are the same. Fails with invalid_field (email),
 * mail_off, sign_in_limited, unavailable.
 */
export async function beginReset(parts: IdentityParts, email: string, visitor: Visitor): Promise<void> {
  requireEmail(email)
  const mailer = parts.mailer ?? fail('mail_off')
  await countAddressGuess(parts, visitor.address, ADDRESS_SIGN_UPS)
  if (!parts.box.take(() => mailReset(parts, mailer, email))) fail('unavailable', { seconds: 60 })
}

async function mailReset(parts: IdentityParts, mailer: Mailer, email: string): Promise<void> {
  if (!(await mayBeWritten(parts, email, RESET_LETTERS))) return
  const accountId = await accountOfEmail(parts, email)
  if (accountId === undefined) return
  const token = await makeLink(parts.database, parts, { purpose: 'reset', owner: { accountId } })
  await mailer.send('password-reset', email, { link: `${parts.publicUrl}/reset#token=${token}`, hours: String(LINK_HOURS.reset) })
}

/** A link with the password to set; keys made since `endKeysSince`, in milliseconds, end with it. */
export type ShownReset = { readonly token: string; readonly password: string; readonly endKeysSince?: number | undefined }

/** What outlasts a new password: other ways in, and keys; how many of these ended; and who joined the accounts they run since then, undefined where no moment was named. */
export type ResetDone = WaysIn & { readonly keysEnded: number; readonly keys: KeysLeft; readonly membersJoined: number | undefined }

/**
 * Sets a new password by a mailed link and ends every session of its person. It signs nobody in, so that a second step is still asked for. An account
 * that somebody else opened for its owner gets its person by this. Keys outlast it too, as programs hold them; those made since a moment end where that is
 * asked for, so that whoever was in a session leaves none behind. Open invitations that the person made go in any case. Resolves with what outlasts it, for the owner to look at. Fails with invalid_field (password),
 * sign_in_limited, sign_in_link_invalid.
 */
export async function endReset(parts: IdentityParts, shown: ShownReset, visitor: Visitor): Promise<ResetDone> {
  const { database, subjects } = parts
  requireGoodPassword(shown.password)
  const guess = await countAddressGuess(parts, visitor.address)
  const link = { purpose: 'reset', token: shown.token } as const
  const accountId = (await peekLink(database, parts, link)).accountId ?? fail('sign_in_link_invalid')
  const { email } = await getAccount(database, subjects, accountId)
  if (email === undefined) fail('sign_in_link_invalid')
  requireGoodPassword(shown.password, email)
  const password = await parts.hashes.hash(shown.password)
  const ways = await database.transaction(async (tx) => {
    await takeLink(tx, parts, link)
    await setPassword(tx, parts, { accountId, email, password })
    await dropLinks(tx, 'reset', accountId)
    const ended = await endPowers(tx, parts, { accountId, since: shown.endKeysSince })
    return { ...(await countWaysIn(tx, accountId)), ...ended, keys: await listKeysOf(parts, tx, accountId) }
  })
  await guess.forgive()
  await tellPasswordChanged(parts, accountId)
  return ways
}

type Ending = { readonly accountId: string; readonly since: number | undefined }

/** Ends what whoever was in a session may have made to come back by, and counts the members whom they may have let in. */
async function endPowers(
  tx: Database,
  { keys, clock }: IdentityParts,
  { accountId, since }: Ending,
): Promise<Pick<ResetDone, 'keysEnded' | 'membersJoined'>> {
  const personId = (await findPersonOfAccount(tx, accountId))?.id
  if (personId !== undefined) await dropInvitations(tx, { personId, accountId, since })
  if (since === undefined) return { keysEnded: 0, membersJoined: undefined }
  return {
    keysEnded: (await keys?.endSince(tx, { accountId, personId, since, now: clock.now() })) ?? 0,
    membersJoined: personId === undefined ? 0 : await countJoined(tx, personId, since),
  }
}

type Reset = { readonly accountId: string; readonly email: string; readonly password: StoredPassword }

async function setPassword(tx: Database, parts: IdentityParts, { accountId, email, password }: Reset): Promise<void> {
  const person = await findPersonOfAccount(tx, accountId)
  if (person === undefined) return void (await addPerson(tx, parts, { accountId, email, password }))
  await writePassword(tx, person.id, password)
  await dropSteps(tx, person.id)
  await dropIdentities(tx, person.id)
  await endSessions({ database: tx, clock: parts.clock }, { personId: person.id })
}
