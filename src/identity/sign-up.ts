import { EMAIL_EXPECTED, emailLookupOf, isEmail } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { FailureError, fail } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import type { Mailer } from '../spec/index.ts'
import { formatAccountNumber, makeAccountNumber } from './account-number.ts'
import { ADDRESS_SIGN_UPS, countAccountGuess, countAddressGuess, LETTERS } from './guess-limits.ts'
import { LINK_HOURS, makeLink, peekLink, takeLink } from './links.ts'
import { claimMark, mayOpen, writeMark } from './one-account.ts'
import { type NewPerson, openPerson } from './open-person.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import type { StoredPassword } from './password-hashes.ts'
import { requireGoodPassword } from './password-rules.ts'
import { getPerson, type Person } from './person.ts'

/** What somebody comes with: the code of an invitation, and `from`, that of an account which brings them. Both go along in the letter, and are kept nowhere. */
export type Brought = { readonly invitation?: string | undefined; readonly from?: string | undefined }

/** Whose account is to be opened. */
export type AskedSignUp = { readonly email: string; readonly brought: Brought }

/**
 * Mails a link that opens an account to an e-mail, or tells its owner that there is one; the answer and its time are the same. Nothing of an
 * e-mail is kept before its owner has used the link. Fails with invalid_field (email), mail_off, sign_in_limited, unavailable.
 */
export async function beginSignUp(parts: IdentityParts, asked: AskedSignUp, visitor: Visitor): Promise<void> {
  requireEmail(asked.email)
  const mailer = parts.mailer ?? fail('mail_off')
  await countSignUp(parts, visitor)
  const inTheirs = mailer.inLanguage?.(visitor.language) ?? mailer
  if (!parts.box.take(() => answerByLetter(parts, inTheirs, asked))) fail('unavailable', { seconds: 60 })
}

async function answerByLetter(parts: IdentityParts, mailer: Mailer, { email, brought: { invitation, from } }: AskedSignUp): Promise<void> {
  if (!(await mayBeWritten(parts, email))) return
  const { database, publicUrl } = parts
  const brought = invitation === undefined ? '' : `invitation=${encodeURIComponent(invitation)}`
  const bringing = from === undefined ? '' : `&from=${encodeURIComponent(from)}`
  if ((await accountOfEmail(parts, email)) !== undefined)
    return await mailer.send('sign-up-known', email, { link: `${publicUrl}/sign-in${brought === '' ? '' : `#${brought}`}` })
  if (!(await mayOpen(parts, email))) return await mailer.send('sign-up-refused', email, {})
  const token = await makeLink(database, parts, { purpose: 'sign-up', owner: { email } })
  const link = `${publicUrl}/sign-up#token=${token}&email=${encodeURIComponent(email)}${brought === '' ? '' : `&${brought}`}${bringing}`
  await mailer.send('sign-up-link', email, { link, hours: String(LINK_HOURS['sign-up']) })
}

/** Nobody gets more letters than a few by what others ask for in their name. */
export async function mayBeWritten(parts: IdentityParts, email: string, limit = LETTERS): Promise<boolean> {
  try {
    await countAccountGuess(parts, email, limit)
    return true
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'sign_in_limited') return false
    throw thrown
  }
}

/** Counts that somebody opens an account from an address. Fails with sign_in_limited. */
export async function countSignUp(parts: IdentityParts, { address }: Visitor): Promise<void> {
  await countAddressGuess(parts, address, { ...ADDRESS_SIGN_UPS, times: parts.signUpsPerAddress ?? ADDRESS_SIGN_UPS.times })
}

/** Lets an e-mail pass that nobody has here and that may open an account. Fails with identity_email_known, sign_up_refused. */
export async function requireUnknown(parts: IdentityParts, email: string): Promise<void> {
  if ((await accountOfEmail(parts, email)) !== undefined) fail('identity_email_known')
  if (!(await mayOpen(parts, email))) fail('sign_up_refused')
}

/** What opening says of links that were mailed is something else where an issuer vouches. */
export async function namingKnown(work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (thrown) {
    const code = thrown instanceof FailureError ? thrown.failure.code : undefined
    if (code === 'account_exists') return fail('identity_email_known')
    if (code === 'sign_in_link_invalid') return fail('sign_up_refused')
    throw thrown
  }
}

/** The account of an e-mail, if there is one. */
export async function accountOfEmail(
  { database, subjects }: Pick<IdentityParts, 'database' | 'subjects'>,
  email: string,
): Promise<string | undefined> {
  const [row] = await database.query<{ readonly id: string }>(sql`
    select id from account where email_lookup = ${emailLookupOf(subjects, email)} and status <> 'erased'`)
  return row?.id
}

/** Fails with invalid_field (email). */
export function requireEmail(email: string): void {
  if (!isEmail(email)) fail('invalid_field', { field: 'email', expected: EMAIL_EXPECTED })
}

/** What a mailed link is shown with: the e-mail it went to, and the password that is to be. */
export type ShownSignUp = { readonly token: string; readonly email: string; readonly password: string }

/** Opens the account of a mailed link, whose e-mail is theirs who have it. Fails with invalid_field, sign_in_limited, sign_in_link_invalid. */
export async function endSignUp(parts: IdentityParts, shown: ShownSignUp, visitor: Visitor): Promise<Person> {
  const { database, hashes } = parts
  const { email } = shown
  requireEmail(email)
  requireGoodPassword(shown.password, email)
  const guess = await countAddressGuess(parts, visitor.address)
  const link = { purpose: 'sign-up', token: shown.token, email } as const
  await peekLink(database, parts, link)
  const password = await hashes.hash(shown.password)
  const id = await database.transaction(async (tx) => {
    await takeLink(tx, parts, link)
    return await openOnce(tx, parts, { email, password, language: visitor.language })
  })
  await guess.forgive()
  parts.onConfirmed?.keep().catch((thrown: unknown) => parts.log({ event: 'confirmed-unkept', code: errorCode(thrown) }))
  return (await getPerson(database, id)) ?? fail('sign_in_link_invalid')
}

/** Who used another link for the same e-mail before has the account. */
async function openOnce(
  tx: Database,
  parts: IdentityParts,
  person: NewPerson & { readonly email: string; readonly password: StoredPassword },
): Promise<string> {
  try {
    return await openConfirmed(tx, parts, person)
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'account_exists') return fail('sign_in_link_invalid')
    throw thrown
  }
}

/** Opens an account whose e-mail is confirmed, with what it gets for that. Fails with account_exists, and sign_in_link_invalid by the rule of one account each. */
export async function openConfirmed(tx: Database, parts: IdentityParts, person: NewPerson & { readonly email: string }): Promise<string> {
  const mark = await claimMark(tx, parts, person.email)
  const id = await openPerson(tx, parts, person)
  const accountId = (await getPerson(tx, id))?.accountId ?? fail('internal')
  if (mark !== undefined) await writeMark(tx, accountId, mark)
  await parts.onConfirmed?.promise(tx, accountId)
  return id
}

/** An account that was opened by a number, which is told this once. */
export type NumberedPerson = { readonly person: Person; readonly number: string }

/** Opens an account without an e-mail; whoever has its number is its owner. Fails with invalid_field (password), sign_in_limited. */
export async function signUpByNumber(parts: IdentityParts, password: string | undefined, visitor: Visitor): Promise<NumberedPerson> {
  if (password !== undefined) requireGoodPassword(password)
  await countSignUp(parts, visitor)
  const number = makeAccountNumber(parts.random)
  const hashed = password === undefined ? undefined : await parts.hashes.hash(password)
  const id = await parts.database.transaction((tx) => openPerson(tx, parts, { number, password: hashed, language: visitor.language }))
  const person = (await getPerson(parts.database, id)) ?? fail('internal')
  return { person, number: formatAccountNumber(number) }
}
