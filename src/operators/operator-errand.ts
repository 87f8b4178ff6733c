import { FailureError, fail } from '../failures.ts'
import { ADDRESS_BEGINNINGS, countAddressGuess, isToken, makeToken, type Visitor } from '../identity/index.ts'
import type { Asking, ReturnedCode, Vouched } from '../issuers/index.ts'
import { isFreshByOperatorIssuer } from './fresh-by-issuer.ts'
import { peekInvitation } from './invite.ts'
import { type Joined, joinBy } from './join.ts'
import { NOBODY, noteAtDoor } from './note.ts'
import { findOperatorByIdentity, keepOperatorIdentity } from './operator-identities.ts'
import type { OperatorParts } from './parts.ts'
import { getOperatorPerson } from './person.ts'
import { admit, type OperatorSignedIn, refuse } from './sign-in.ts'
import { beginOperatorStep, endOperatorStep, type OperatorStepKind } from './steps.ts'

/** Which issuer an operator goes to; with an invitation to join, without one to sign in. */
export type OperatorErrand = { readonly issuer: string; readonly invitation: string | undefined }

/** What the page kept, and what the browser came back with. */
export type OperatorReturn = OperatorErrand & { readonly step: string; readonly returned: ReturnedCode }

const AUDIENCE = 'operators'

/** Sends somebody to an issuer; good for five minutes. Fails with issuer_unknown, issuer_unreachable, sign_in_link_invalid, sign_in_limited. */
export async function beginOperatorErrand(
  parts: OperatorParts,
  errand: OperatorErrand,
  { address }: Visitor,
): Promise<{ readonly step: string; readonly url: string }> {
  await countAddressGuess(parts, address, ADDRESS_BEGINNINGS)
  return await beginErrandAt(parts, { issuer: errand.issuer, kind: kindOf(errand), operatorId: await invitedBy(parts, errand) })
}

/** An errand to an issuer: what for, and of which operator, who is not known yet where somebody comes to sign in. */
export type ErrandAt = { readonly issuer: string; readonly kind: ErrandKind; readonly operatorId: string | undefined }
type ErrandKind = Extract<OperatorStepKind, `issuer-${string}`>

/** Sends a browser to an issuer; good for five minutes. Fails with issuer_unknown, issuer_unreachable. */
export async function beginErrandAt(
  parts: OperatorParts,
  { issuer, kind, operatorId }: ErrandAt,
): Promise<{ readonly step: string; readonly url: string }> {
  const { database, issuers = fail('issuer_unknown'), random } = parts
  const step = makeToken(random)
  const url = await issuers.begin({ id: issuer, audience: AUDIENCE }, askingOf(parts, { issuer, kind, step }))
  await beginOperatorStep(database, parts, { kind, token: `${issuer}\n${step}`, operatorId })
  return { step, url }
}

/** Whom the issuer vouches for, to the page that began the errand alone, and once. Fails with issuer_unknown, issuer_refused, issuer_unreachable. */
export async function endErrandAt(
  parts: OperatorParts,
  { issuer, kind, operatorId, step, returned }: ErrandAt & Pick<OperatorReturn, 'step' | 'returned'>,
): Promise<Vouched> {
  const { database, issuers = fail('issuer_unknown') } = parts
  const isOurs = isToken(step) && (await endOperatorStep(database, parts, { kind, token: `${issuer}\n${step}`, operatorId }))
  if (!isOurs) fail('issuer_refused')
  return await issuers.end({ id: issuer, audience: AUDIENCE }, askingOf(parts, { issuer, kind, step }), returned)
}

/**
 * Opens the session of an operator whom an issuer vouches for; nobody becomes one by it who was not invited. Fails with issuer_unknown, issuer_refused,
 * issuer_unreachable, operator_sign_in_failed, sign_in_limited.
 */
export async function signInByOperatorIssuer(parts: OperatorParts, came: OperatorReturn, visitor: Visitor): Promise<OperatorSignedIn> {
  const guess = await countAddressGuess(parts, visitor.address)
  const vouched = await noting(parts, () => endErrand(parts, { ...came, invitation: undefined }))
  const id = await findOperatorByIdentity(parts.database, parts, vouched.subject)
  const person = id === undefined ? undefined : await getOperatorPerson(parts.database, id)
  if (person === undefined) return await refuse(parts, NOBODY)
  const isFresh = await isFreshByOperatorIssuer(parts, person, vouched)
  return await admit(parts, { operator: person.operator, way: 'issuer', visitor, guesses: [guess], isFresh })
}

/**
 * Makes who was invited a person whom an issuer signs in. Fails with sign_in_link_invalid, sign_in_limited, issuer_unknown, issuer_refused,
 * issuer_unreachable, identity_taken.
 */
export async function joinByIssuer(
  parts: OperatorParts,
  came: OperatorReturn & { readonly invitation: string },
  visitor: Visitor,
): Promise<Joined> {
  const guess = await countAddressGuess(parts, visitor.address)
  const { person } = await peekInvitation(parts, came.invitation)
  const { subject } = await noting(parts, () => endErrand(parts, came))
  await guess.forgive()
  const identity = { operatorId: person.operator.id, issuer: came.issuer, subject }
  const join = (tx: OperatorParts['database']) => keepOperatorIdentity(tx, parts, identity)
  return await joinBy(parts, { token: came.invitation, person, way: 'issuer', join }, visitor)
}

const endErrand = async (parts: OperatorParts, came: OperatorReturn): Promise<Vouched> =>
  await endErrandAt(parts, { ...came, kind: kindOf(came), operatorId: await invitedBy(parts, came) })

/** Who is invited; undefined for who comes to sign in. */
const invitedBy = async (parts: OperatorParts, { invitation }: OperatorErrand): Promise<string | undefined> =>
  invitation === undefined ? undefined : (await peekInvitation(parts, invitation)).person.operator.id

const kindOf = ({ invitation }: OperatorErrand): ErrandKind => (invitation === undefined ? 'issuer-sign-in' : 'issuer-join')

type Stepped = Pick<ErrandAt, 'issuer' | 'kind'> & { readonly step: string }

/** Nothing of an attempt has to be kept: what the issuer is shown is made of what the page keeps, under a key of ours. */
function askingOf({ subjects, url }: Pick<OperatorParts, 'subjects' | 'url'>, { issuer, kind, step }: Stepped): Asking {
  const made = (use: string) => subjects.lookup(`${issuer}\n${kind}\n${step}`, `operator-issuer-${use}`).toString('base64url')
  return {
    ...{ returnTo: `${url}/console/sign-in/with/${issuer}`, state: made('state'), nonce: made('nonce'), verifier: made('verifier') },
    isFresh: kind === 'issuer-proof',
  }
}

/** Notes that somebody was refused who showed nothing. */
async function noting<T>(parts: OperatorParts, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'issuer_refused')
      await noteAtDoor(parts, { actor: NOBODY, event: 'sign-in-refused' })
    throw thrown
  }
}
