import type { Database } from '../db/index.ts'
import { fail } from '../failures.ts'
import { changePassword, type PasswordChange } from './change-password.ts'
import { ADDRESS_BEGINNINGS, countAddressGuess } from './guess-limits.ts'
import { importPerson } from './import-person.ts'
import {
  acceptInvitation,
  declineInvitation,
  type InvitationLetter,
  type Joining,
  mailInvitation,
  readInvitation,
  requireInvitable,
  type ShownCode,
} from './join.ts'
import { makeLetterBox } from './letter-box.ts'
import { openPasswordHashes } from './open-password-hashes.ts'
import type { IdentityOptions } from './options.ts'
import { makeOutsideWays, type OutsideWays } from './outside-ways.ts'
import type { IdentityParts, ShownWay, Visitor } from './parts.ts'
import type { PasskeyAnswer } from './passkey-answer.ts'
import { getPerson } from './person.ts'
import { tellSecondFactorsRevoked } from './post.ts'
import { type Profile, readProfile } from './profile.ts'
import { type NewProof, proveAgain } from './prove-again.ts'
import { beginReset, endReset, type ResetDone, type ShownReset } from './reset.ts'
import { type RevokedFactors, revokeSecondFactors } from './revoke-second-factors.ts'
import type { Role } from './roles.ts'
import { makeSecondFactors, personOf, type SecondFactors } from './second-factors.ts'
import { personOfStep, type TakenStep, takeSecondStep } from './second-step.ts'
import {
  endSession,
  endSessions,
  findAnySession,
  findSession,
  listSessions,
  missingVouching,
  type OpenSession,
  rotateSession,
  type Session,
  type Shown,
} from './sessions.ts'
import { type Credentials, openFor, type SignedIn, signIn } from './sign-in.ts'
import { listSignInChanges, type NotedChange } from './sign-in-changes.ts'
import { type Brought, beginSignUp, endSignUp, type ShownSignUp, signUpByNumber } from './sign-up.ts'
import { askPasskey, isPasskeyOf, verifyPasskey } from './use-passkey.ts'

/** Who people are, how they prove it and where they are signed in. Tokens are those of sessions; failures are those of the functions of the same names. */
export type Identity = {
  /**
   * Who is signed in by this cookie's value, for which account they act and in what role; undefined when nobody is. Asks the database each time, so
   * that what is revoked is so at once. `accountId` names another account they are a member of. A session that is confined to a team is nobody's but for
   * that team by name.
   */
  readonly sessionOf: (token: string | undefined, accountId?: string) => Promise<Session | undefined>
  /** Who is signed in by it at all, for the team that the session is confined to or else their own account; for doors that open to both. */
  readonly anySessionOf: (token: string | undefined) => Promise<Session | undefined>
  /** The issuer of a team that has to vouch for a session before it acts for the account. */
  readonly signOnFor: (session: Session, accountId: string) => Promise<string | undefined>
  /** Whether a session was proven anew so lately that dangerous acts can be done. */
  readonly isFresh: (session: Session) => boolean
  /** An `invitation` that they come with is the code of one. */
  readonly beginSignUp: (email: string, visitor: Visitor, brought?: Brought) => Promise<void>
  readonly endSignUp: (shown: ShownSignUp, visitor: Visitor) => Promise<string>
  readonly signUpByNumber: (password: string | undefined, visitor: Visitor) => Promise<{ readonly token: string; readonly number: string }>
  readonly signIn: (credentials: Credentials, visitor: Visitor) => Promise<SignedIn>
  readonly takeSecondStep: (taken: TakenStep, visitor: Visitor) => Promise<string>
  /** What a browser is asked with for the passkey of a second step. */
  readonly askSecondPasskey: (step: string) => Promise<object>
  /** What a browser is asked with for a passkey, when nobody is known yet. */
  readonly askPasskey: (visitor: Visitor) => Promise<object>
  readonly signInByPasskey: (answer: PasskeyAnswer, visitor: Visitor) => Promise<string>
  readonly beginReset: (email: string, visitor: Visitor) => Promise<void>
  readonly endReset: (shown: ShownReset, visitor: Visitor) => Promise<ResetDone>
  readonly readProfile: (session: Session) => Promise<Profile>
  readonly changePassword: (session: Session, change: PasswordChange) => Promise<void>
  /** What a browser is asked with to prove anew who is signed in. */
  readonly askProof: (session: Session) => Promise<object>
  readonly proveAgain: (session: Session, proof: NewProof, visitor: Visitor) => Promise<void>
  /** Another token for a session, as its rights changed; undefined when it has ended. */
  readonly rotate: (session: Session, shown: Shown) => Promise<string | undefined>
  readonly listSessions: (session: Session) => Promise<readonly OpenSession[]>
  readonly endSession: (session: Session, id: string) => Promise<boolean>
  /** What changed of how they sign in, in the last seven days, newest first. */
  readonly listSignInChanges: (session: Session) => Promise<readonly NotedChange[]>
  /** Ends all other sessions of who is signed in; resolves with how many. */
  readonly endOtherSessions: (session: Session) => Promise<number>
  /** What an invitation is for, to who has its code. */
  readonly readInvitation: (session: Session, shown: ShownCode) => Promise<Joining>
  /** Makes who is signed in a member of the account of an invitation. */
  readonly acceptInvitation: (
    session: Session,
    code: string,
    visitor: Visitor,
  ) => Promise<{ readonly accountId: string; readonly role: Role }>
  /** Takes an invitation back for who is invited. */
  readonly declineInvitation: (shown: ShownCode) => Promise<void>
  readonly requireInvitable: (email: string) => void
  readonly mailInvitation: (letter: InvitationLetter) => void
  readonly secondFactors: SecondFactors
  /** What an operator does for somebody whom a second step locks out; a letter tells the owner of it, once it is done. */
  readonly revokeSecondFactors: (tx: Database, accountId: string) => Promise<RevokedFactors>
  readonly tellSecondFactorsRevoked: (accountId: string, revoked: RevokedFactors) => void
  readonly outsideWays: OutsideWays
  /** Gives an account that has no person yet one, with the hash of a password from elsewhere. */
  readonly importPerson: (accountId: string, passwordHash: string) => Promise<string>
  /** Resolves when all letters so far were sent. */
  readonly settled: () => Promise<void>
}

/** The identity of people on these parts. */
export function makeIdentity(options: IdentityOptions): Identity {
  const hashes = openPasswordHashes(options.scheme, options.random)
  const parts: IdentityParts = { ...options, hashes, box: makeLetterBox(options.log) }
  return {
    ...{ ...comingIn(parts), ...signedIn(parts), ...joining(parts) },
    revokeSecondFactors: (tx, accountId) => revokeSecondFactors(tx, parts, accountId),
    tellSecondFactorsRevoked: (accountId, revoked) => tellSecondFactorsRevoked(parts, accountId, revoked),
    ...{ secondFactors: makeSecondFactors(parts), outsideWays: makeOutsideWays(parts), settled: parts.box.settled },
  }
}

type Revokes = 'revokeSecondFactors' | 'tellSecondFactorsRevoked'
type Joins = 'readInvitation' | 'acceptInvitation' | 'declineInvitation' | 'requireInvitable' | 'mailInvitation'

const joining = (parts: IdentityParts): Pick<Identity, Joins> => ({
  readInvitation: (session, shown) => readInvitation(parts, session, shown),
  acceptInvitation: (session, code, visitor) => acceptInvitation(parts, session, { code, visitor }),
  declineInvitation: (shown) => declineInvitation(parts, shown),
  requireInvitable: (email) => requireInvitable(parts, email),
  mailInvitation: (letter) => mailInvitation(parts, letter),
})

type ComingIn =
  | 'beginSignUp'
  | 'endSignUp'
  | 'signUpByNumber'
  | 'signIn'
  | 'takeSecondStep'
  | 'askSecondPasskey'
  | 'askPasskey'
  | 'signInByPasskey'
  | 'beginReset'
  | 'endReset'
  | 'importPerson'

const comingIn = (parts: IdentityParts): Pick<Identity, ComingIn> => ({
  beginSignUp: (email, visitor, brought = {}) => beginSignUp(parts, { email, brought }, visitor),
  endSignUp: async (shown, visitor) => await openFor(parts, await endSignUp(parts, shown, visitor), visitor),
  signUpByNumber: async (password, visitor) => {
    const { person, number } = await signUpByNumber(parts, password, visitor)
    return { number, token: await openFor(parts, person, visitor) }
  },
  signIn: (credentials, visitor) => signIn(parts, credentials, visitor),
  takeSecondStep: (taken, visitor) => takeSecondStep(parts, taken, visitor),
  askSecondPasskey: async (step) => await askPasskey(parts, { kind: 'passkey-second', personId: (await personOfStep(parts, step)).id }),
  askPasskey: async ({ address }) => {
    await countAddressGuess(parts, address, ADDRESS_BEGINNINGS)
    return await askPasskey(parts, { kind: 'passkey-sign-in', personId: undefined })
  },
  signInByPasskey: async (answer, visitor) => {
    const guess = await countAddressGuess(parts, visitor.address)
    const id = await verifyPasskey(parts, { kind: 'passkey-sign-in', answer, personId: undefined })
    const person = (await getPerson(parts.database, id)) ?? fail('passkey_refused')
    await guess.forgive()
    const shown: ShownWay = { isStill: (tx, personId) => isPasskeyOf(tx, answer, personId), code: 'passkey_refused' }
    return await openFor(parts, person, { ...visitor, shown })
  },
  beginReset: (email, visitor) => beginReset(parts, email, visitor),
  endReset: (shown, visitor) => endReset(parts, shown, visitor),
  importPerson: (accountId, passwordHash) => importPerson(parts, accountId, passwordHash),
})

const signedIn = (parts: IdentityParts): Omit<Identity, ComingIn | Joins | Revokes | 'secondFactors' | 'outsideWays' | 'settled'> => ({
  sessionOf: (token, accountId) => findSession(parts, token, accountId),
  anySessionOf: (token) => findAnySession(parts, token),
  signOnFor: async ({ personId, id: sessionId }, accountId) =>
    (await missingVouching(parts, { personId, sessionId })).get(accountId.toLowerCase()),
  isFresh: ({ freshUntil }) => freshUntil > parts.clock.now(),
  readProfile: (session) => readProfile(parts, session),
  changePassword: async (session, change) =>
    await changePassword(parts, await personOf(parts, session), { ...change, sessionId: session.id }),
  askProof: (session) => askPasskey(parts, { kind: 'passkey-fresh', personId: session.personId }),
  proveAgain: async (session, proof, visitor) => await proveAgain(parts, await personOf(parts, session), { proof, visitor }),
  rotate: (session, shown) => rotateSession(parts, session.id, shown),
  listSessions: ({ personId }) => listSessions(parts, personId),
  listSignInChanges: ({ homeAccountId }) => listSignInChanges(parts.database, homeAccountId),
  endSession: ({ personId }, id) => endSession(parts, { personId, id }),
  endOtherSessions: ({ personId, id }) => endSessions(parts, { personId, exceptId: id }),
})
