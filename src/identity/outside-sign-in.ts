import { isEmail } from '../accounts/index.ts'
import { fail } from '../failures.ts'
import type { Vouched } from '../issuers/index.ts'
import { errorCode } from '../lib/index.ts'
import { isFreshByIssuer } from './fresh-by-issuer.ts'
import { countAddressGuess } from './guess-limits.ts'
import { openPerson } from './open-person.ts'
import { endErrand, type ReturnedErrand } from './outside-attempt.ts'
import { findByIdentity, linkIdentity } from './outside-identities.ts'
import type { IdentityParts, ShownWay, Visitor } from './parts.ts'
import { getPerson, type Person } from './person.ts'
import { admit, type SignedIn } from './sign-in.ts'
import { countSignUp, namingKnown, openConfirmed, requireUnknown } from './sign-up.ts'
import { signOn } from './team-sign-on.ts'

/** What somebody who is not signed in comes back from an issuer with. */
export type OutsideReturn = Omit<ReturnedErrand, 'personId'> & { readonly aim: 'sign-in' | 'sign-up' }

/**
 * Signs in whom an issuer vouches for, if they are linked with a person here; who came to open an account gets one. An e-mail alone never leads into an
 * account. The second step is asked for where it is set up. Fails with issuer_unknown, issuer_refused, issuer_unreachable, identity_unlinked,
 * identity_email_known, sign_up_refused, sign_in_limited; by the issuer of a team with sign_on_left, sign_on_domain, members_full too.
 */
export async function signInByIssuer(parts: IdentityParts, came: OutsideReturn, visitor: Visitor): Promise<SignedIn> {
  const guess = await countAddressGuess(parts, visitor.address)
  const vouched = await endErrand(parts, { ...came, personId: undefined })
  await guess.forgive()
  const known = await findByIdentity(parts, vouched.subject)
  if (known?.hasLeft === true) fail('sign_on_left')
  const team = await parts.teamIssuers?.ofId(came.issuer)
  const isStill: ShownWay['isStill'] = async (database, personId) =>
    (await findByIdentity({ ...parts, database }, vouched.subject))?.personId === personId
  const shown = { isStill, code: 'identity_unlinked' } as const
  if (team !== undefined) return await signOn(parts, { team, vouched, personId: known?.personId }, { ...visitor, shown })
  if (known === undefined && came.aim === 'sign-in') fail('identity_unlinked')
  const id = known?.personId ?? (await openFor(parts, { issuer: came.issuer, ...vouched }, visitor))
  const person: Person = (await getPerson(parts.database, id)) ?? fail('identity_unlinked')
  // Who has just opened an account has nothing yet that somebody else could be after.
  const isFresh = known === undefined || (await isFreshByIssuer(parts, person, vouched))
  return await admit(parts, person, { ...visitor, isFresh, shown })
}

/** Opens an account, with the e-mail where it is believed and else without one. */
async function openFor(parts: IdentityParts, vouched: Vouched & { readonly issuer: string }, visitor: Visitor): Promise<string> {
  const { database } = parts
  await countSignUp(parts, visitor)
  const email = vouched.email !== undefined && isEmail(vouched.email) ? vouched.email : undefined
  if (email !== undefined) await requireUnknown(parts, email)
  const person = { password: undefined, language: visitor.language }
  const id = await namingKnown(() =>
    database.transaction(async (tx) => {
      const opened = email === undefined ? await openPerson(tx, parts, person) : await openConfirmed(tx, parts, { ...person, email })
      await linkIdentity(tx, parts, { personId: opened, issuer: vouched.issuer, subject: vouched.subject })
      return opened
    }),
  )
  if (email !== undefined)
    parts.onConfirmed?.keep().catch((thrown: unknown) => parts.log({ event: 'confirmed-unkept', code: errorCode(thrown) }))
  return id
}
