import { fail } from '../failures.ts'
import {
  ADDRESS_BEGINNINGS,
  countAddressGuess,
  makeLetterBox,
  openPasswordHashes,
  type PasskeyAnswer,
  type Visitor,
} from '../identity/index.ts'
import type { OfferedIssuer } from '../issuers/index.ts'
import {
  beginInvitedTotp,
  type Joined,
  joinByPasskey,
  joinByPassword,
  offerInvitedPasskey,
  type ShownInvitation,
  showInvitation,
} from './join.ts'
import { mailInvitation } from './mail-invitation.ts'
import { noteAtDoor } from './note.ts'
import type { Operator } from './operator.ts'
import { beginOperatorErrand, joinByIssuer, type OperatorErrand, type OperatorReturn, signInByOperatorIssuer } from './operator-errand.ts'
import { beginOwnErrand, type Proof, proveByOperatorIssuer } from './operator-link.ts'
import { askOperatorPasskey } from './operator-passkeys.ts'
import { findByToken } from './operator-token.ts'
import type { OperatorTotp } from './operator-totp.ts'
import type { OperatorOptions } from './options.ts'
import { makeOwnWays, type OwnWays } from './own-ways.ts'
import type { OperatorParts } from './parts.ts'
import { type OperatorProof, proveOperator } from './prove-again.ts'
import {
  endOperatorSession,
  endOtherOperatorSessions,
  findOperatorSession,
  listOperatorSessions,
  type OpenOperatorSession,
  type OperatorSession,
} from './sessions.ts'
import { type OperatorSignedIn, signInByOperatorPasskey, signInByToken, signInByTyping, type TypedCredentials } from './sign-in.ts'

/** Who the operators are and where they are signed in; failures are those of the functions of the same names. */
export type OperatorDesk = SigningIn & {
  /** The address of the operator listener as browsers know it. */
  readonly url: string
  /** Who has a token; undefined when nobody has, or has it no more. */
  readonly ofToken: (token: string) => Promise<Operator | undefined>
  /** Who is signed in by this cookie's value; asks the database each time, so that what is revoked is so at once. */
  readonly sessionOf: (token: string | undefined) => Promise<OperatorSession | undefined>
  readonly isFresh: (session: Pick<OperatorSession, 'freshUntil'>) => boolean
  /** Mails an invitation, where there is an e-mail and mail can be sent; rejects when it cannot be. */
  readonly mailInvitation: (name: string, link: string) => Promise<void>
  /** What a browser is asked with to prove anew who is signed in. */
  readonly askProof: (session: OperatorSession) => Promise<object>
  readonly proveAgain: (session: OperatorSession, proof: OperatorProof, visitor: Visitor) => Promise<string>
  /** Sends who has no other way in to an issuer that says when they signed in to it. */
  readonly beginIssuerProof: (session: OperatorSession, issuer: string) => ReturnType<typeof beginOwnErrand>
  readonly proveByIssuer: (session: OperatorSession, proof: Proof) => Promise<string>
  readonly signOut: (session: OperatorSession) => Promise<void>
  readonly listSessions: (session: OperatorSession) => Promise<readonly OpenOperatorSession[]>
  /** Ends one session of who is signed in; false when there is no such open one. */
  readonly endSession: (session: OperatorSession, id: string) => Promise<boolean>
  /** Ends all other sessions of who is signed in; resolves with how many. */
  readonly endOtherSessions: (session: OperatorSession) => Promise<number>
  /** What who is signed in changes of how they sign in. */
  readonly own: OwnWays
  /** Resolves when all letters about changes of who is signed in were sent. */
  readonly settled: () => Promise<void>
}

/** What operators do who are not signed in yet. */
type SigningIn = {
  readonly signInByToken: (token: string, visitor: Visitor) => Promise<OperatorSignedIn>
  readonly signInByTyping: (typed: TypedCredentials, visitor: Visitor) => Promise<OperatorSignedIn>
  readonly askPasskey: (visitor: Visitor) => Promise<object>
  readonly signInByPasskey: (answer: PasskeyAnswer, visitor: Visitor) => Promise<OperatorSignedIn>
  readonly showInvitation: (token: string, visitor: Visitor) => Promise<ShownInvitation>
  readonly offerInvitedPasskey: (token: string, visitor: Visitor) => Promise<object>
  readonly beginInvitedTotp: (token: string, visitor: Visitor) => Promise<OperatorTotp>
  /** The issuers that operators are offered. */
  readonly issuers: () => readonly OfferedIssuer[]
  readonly beginErrand: (errand: OperatorErrand, visitor: Visitor) => ReturnType<typeof beginOperatorErrand>
  readonly signInByIssuer: (came: OperatorReturn, visitor: Visitor) => Promise<OperatorSignedIn>
  readonly joinByIssuer: (came: Parameters<typeof joinByIssuer>[1], visitor: Visitor) => Promise<Joined>
  readonly joinByPasskey: (joining: Parameters<typeof joinByPasskey>[1], visitor: Visitor) => Promise<Joined>
  readonly joinByPassword: (joining: Parameters<typeof joinByPassword>[1], visitor: Visitor) => Promise<Joined>
}

/** The operators on these parts. */
export function makeOperatorDesk(options: OperatorOptions): OperatorDesk {
  const hashes = openPasswordHashes(options.scheme, options.random)
  const parts: OperatorParts = { ...options, hashes, box: makeLetterBox(options.log) }
  return {
    ...signingIn(parts),
    url: parts.url,
    ofToken: (token) => findByToken(parts, token),
    sessionOf: (token) => findOperatorSession(parts, token),
    isFresh: ({ freshUntil }) => freshUntil > parts.clock.now(),
    mailInvitation: (name, link) => mailInvitation(parts, { name, link }),
    askProof: ({ operator }) => askOperatorPasskey(parts, { kind: 'passkey-fresh', operatorId: operator.id }),
    proveAgain: (session, proof, visitor) => proveOperator(parts, session, { proof, visitor }),
    beginIssuerProof: async ({ operator: { id: operatorId = fail('operator_nameless') } }, issuer) =>
      await beginOwnErrand(parts, { kind: 'issuer-proof', issuer, operatorId }),
    proveByIssuer: (session, proof) => proveByOperatorIssuer(parts, session, proof),
    signOut: async ({ operator, id }) => {
      await noteAtDoor(parts, { actor: operator.actor, event: 'sign-out' })
      await endOperatorSession(parts, { operatorId: operator.id, id })
    },
    listSessions: ({ operator }) => listOperatorSessions(parts, operator.id),
    endSession: async ({ operator }, id) => {
      const isEnded = await endOperatorSession(parts, { operatorId: operator.id, id })
      if (isEnded) await noteAtDoor(parts, { actor: operator.actor, event: 'session-ended' })
      return isEnded
    },
    endOtherSessions: async ({ operator, id }) => {
      await noteAtDoor(parts, { actor: operator.actor, event: 'session-ended' })
      return await endOtherOperatorSessions(parts.database, { operatorId: operator.id, exceptId: id, now: parts.clock.now() })
    },
    own: makeOwnWays(parts),
    settled: parts.box.settled,
  }
}

const signingIn = (parts: OperatorParts): SigningIn => ({
  signInByToken: (token, visitor) => signInByToken(parts, token, visitor),
  signInByTyping: (typed, visitor) => signInByTyping(parts, typed, visitor),
  askPasskey: async ({ address }) => {
    await countAddressGuess(parts, address, ADDRESS_BEGINNINGS)
    return await askOperatorPasskey(parts, { kind: 'passkey-sign-in', operatorId: undefined })
  },
  signInByPasskey: (answer, visitor) => signInByOperatorPasskey(parts, answer, visitor),
  showInvitation: (token, visitor) => showInvitation(parts, token, visitor),
  offerInvitedPasskey: (token, visitor) => offerInvitedPasskey(parts, token, visitor),
  beginInvitedTotp: (token, visitor) => beginInvitedTotp(parts, token, visitor),
  issuers: () => parts.issuers?.list('operators') ?? [],
  beginErrand: (errand, visitor) => beginOperatorErrand(parts, errand, visitor),
  signInByIssuer: (came, visitor) => signInByOperatorIssuer(parts, came, visitor),
  joinByIssuer: (came, visitor) => joinByIssuer(parts, came, visitor),
  joinByPasskey: (joining, visitor) => joinByPasskey(parts, joining, visitor),
  joinByPassword: (joining, visitor) => joinByPassword(parts, joining, visitor),
})
