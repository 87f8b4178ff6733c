import type { Database } from '../db/index.ts'
import { fail } from '../failures.ts'
import { parseAccountNumber } from './account-number.ts'
import { browserOf } from './browser.ts'
import { type CountedGuess, countAccountGuess, countAddressGuess } from './guess-limits.ts'
import type { Arriving, IdentityParts, ShownWay, Visitor } from './parts.ts'
import { findPersonByName, getPerson, holdWaysIn, type Person, replacePassword, type SignInName, stillHasPassword } from './person.ts'
import { tellNewBrowser } from './post.ts'
import { countRecoveryCodes } from './recovery-codes.ts'
import { makeToken } from './secret-token.ts'
import { isNewBrowser, openSession } from './sessions.ts'
import { beginStep } from './steps.ts'

/** Ways to take the second step of a sign-in. */
export const SECOND_STEPS = ['totp', 'passkey', 'recovery-code'] as const
export type SecondStep = (typeof SECOND_STEPS)[number]

/** A sign-in that is done, with the token of its session and the account of the team whose issuer vouched, or one that lacks its second step. */
export type SignedIn =
  | { readonly token: string; readonly accountId?: string }
  | { readonly step: string; readonly ways: readonly SecondStep[] }

/** What somebody signs in with: an e-mail and its password, or an account number and its password, if it has one. */
export type Credentials =
  | { readonly email: string; readonly password: string }
  | { readonly accountNumber: string; readonly password: string | undefined }

/**
 * Signs in by a password or an account number. Whether there is such an account is not told, nor how long it took. A right guess is not counted. Fails
 * with sign_in_failed, sign_in_limited, unavailable.
 */
export async function signIn(parts: IdentityParts, credentials: Credentials, visitor: Visitor): Promise<SignedIn> {
  const name = nameOf(credentials)
  const guesses = [
    await countAddressGuess(parts, visitor.address),
    // What is typed is counted apart from the names of operators and people, which nobody's typing shall use up.
    await countAccountGuess(parts, 'email' in name ? `email:${name.email}` : `number:${name.number}`),
  ]
  const person = (await verified(parts, await findPersonByName(parts, name), credentials.password)) ?? fail('sign_in_failed')
  const shown: ShownWay = { isStill: (tx) => stillHasPassword(tx, person), code: 'sign_in_failed' }
  const signedIn = await admit(parts, person, { ...visitor, shown })
  await forgiveAll(guesses)
  return signedIn
}

/** Lets somebody in who has taken the first step: signed in, or asked for the second one where it is set up. Fails with the code of what they have shown. */
export async function admit(parts: IdentityParts, person: Person, visitor: Arriving): Promise<SignedIn> {
  const ways = await secondStepsOf(parts, person)
  if (ways.length === 0) return { token: await openFor(parts, person, visitor) }
  const step = makeToken(parts.random)
  await parts.database.transaction(async (tx) => {
    await requireShown(tx, person, visitor)
    await beginStep(tx, parts, { kind: 'second-step', token: step, personId: person.id, vouchedBy: visitor.vouchedBy })
  })
  return { step, ways }
}

/** What is not a number of ours is guessed at like one, so that its check digit tells nothing. */
const nameOf = (credentials: Credentials): SignInName =>
  'email' in credentials
    ? { email: credentials.email }
    : { number: parseAccountNumber(credentials.accountNumber) ?? credentials.accountNumber.slice(0, 64) }

/** Takes back what was counted. */
export async function forgiveAll(guesses: readonly CountedGuess[]): Promise<void> {
  for (const guess of guesses) await guess.forgive()
}

/**
 * Who has shown their password, with the one that is kept now; undefined for a wrong one. Compares in the same time for nobody's, and hashes one anew that was
 * hashed in another way. An account number alone is right where there is no password.
 */
async function verified(parts: IdentityParts, person: Person | undefined, password: string | undefined): Promise<Person | undefined> {
  const { hashes, database } = parts
  const before = person?.password
  const isMatching = await hashes.verify(password ?? '', before)
  if (before === undefined || person === undefined) return person?.hasNumber === true && password === undefined ? person : undefined
  if (!isMatching || password === undefined) return undefined
  if (hashes.isCurrent(before)) return person
  const anew = await hashes.hash(password)
  if (await replacePassword(database, person.id, { before, password: anew })) return { ...person, password: anew }
  // It is another one by now: hashed anew by another sign-in of theirs, or changed.
  return await verified(parts, await getPerson(database, person.id), password)
}

/** How this person's second step can be taken; none where a password is all. */
export async function secondStepsOf({ database }: Pick<IdentityParts, 'database'>, person: Person): Promise<readonly SecondStep[]> {
  const isConfirmed = person.totp?.isConfirmed === true
  if (!isConfirmed && person.passkeys === 0) return []
  const codes = await countRecoveryCodes(database, person.id)
  return SECOND_STEPS.filter((way) => (way === 'totp' ? isConfirmed : way === 'passkey' ? person.passkeys > 0 : codes > 0))
}

/** Lets pass whose way in is still one. Fails with its code. */
async function requireShown(tx: Database, person: Person, { shown }: Arriving): Promise<void> {
  if (shown === undefined) return
  await holdWaysIn(tx, person.id)
  if (!(await shown.isStill(tx, person.id))) fail(shown.code)
}

/** Opens the session of somebody who has shown who they are, and tells the owner of a browser that is new. Resolves with its token. */
export async function openFor(parts: IdentityParts, person: Person, arriving: Arriving): Promise<string> {
  const { userAgent, vouchedBy, isProven, isFresh } = arriving
  const browser = browserOf(userAgent)
  const isNew = await isNewBrowser(parts, person.id, browser)
  const token = await parts.database.transaction(async (tx) => {
    await requireShown(tx, person, arriving)
    return await openSession({ ...parts, database: tx }, { personId: person.id, browser, vouchedBy, isProven, isFresh })
  })
  if (isNew) await tellNewBrowser(parts, person.accountId, browser)
  return token
}
