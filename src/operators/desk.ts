import type { Visitor } from '../identity/index.ts'
import { noteAtDoor } from './note.ts'
import type { Operator } from './operator.ts'
import { findByToken } from './operator-token.ts'
import type { OperatorOptions } from './options.ts'
import { type OperatorProof, proveOperator } from './prove-again.ts'
import {
  endOperatorSession,
  findOperatorSession,
  listOperatorSessions,
  type OpenOperatorSession,
  type OperatorSession,
} from './sessions.ts'
import { type OperatorSignedIn, signInByToken } from './sign-in.ts'

/** Who the operators are and where they are signed in; failures are those of the functions of the same names. */
export type OperatorDesk = {
  /** The address of the operator listener as browsers know it. */
  readonly url: string
  /** Who has a token; undefined when nobody has, or has it no more. */
  readonly ofToken: (token: string) => Promise<Operator | undefined>
  /** Who is signed in by this cookie's value; asks the database each time, so that what is revoked is so at once. */
  readonly sessionOf: (token: string | undefined) => Promise<OperatorSession | undefined>
  readonly isFresh: (session: Pick<OperatorSession, 'freshUntil'>) => boolean
  readonly signInByToken: (token: string, visitor: Visitor) => Promise<OperatorSignedIn>
  readonly proveAgain: (session: OperatorSession, proof: OperatorProof, visitor: Visitor) => Promise<string>
  readonly signOut: (session: OperatorSession) => Promise<void>
  readonly listSessions: (session: OperatorSession) => Promise<readonly OpenOperatorSession[]>
  /** Ends one session of who is signed in; false when there is no such open one. */
  readonly endSession: (session: OperatorSession, id: string) => Promise<boolean>
}

/** The operators on these parts. */
export const makeOperatorDesk = (parts: OperatorOptions): OperatorDesk => ({
  url: parts.url,
  ofToken: (token) => findByToken(parts, token),
  sessionOf: (token) => findOperatorSession(parts, token),
  isFresh: ({ freshUntil }) => freshUntil > parts.clock.now(),
  signInByToken: (token, visitor) => signInByToken(parts, token, visitor),
  proveAgain: (session, proof, visitor) => proveOperator(parts, session, { proof, visitor }),
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
})
