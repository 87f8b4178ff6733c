import type { SimFaultName } from './faults.ts'
import { NO_PARTS, type TrueParts } from './reply.ts'
import type { SimProtocol } from './request.ts'
import { NO_PIECES, type TruePieces } from './surfaces/index.ts'

/** The truth about one call that a fake upstream took. It is filled while the call runs; `ended` is 'open' until then. */
export type SimCall = {
  /** The id in the answer, or `call-<n>` for answers without one. */
  readonly id: string
  readonly protocol: SimProtocol | 'none'
  readonly path: string
  /** The model as it was asked for, marker included. */
  readonly model: string
  readonly isStream: boolean
  /** Request headers by lower-case name. */
  readonly headersSeen: Readonly<Record<string, string>>
  /** Tokens of the whole prompt; the cached and cache-written ones are parts of it. */
  readonly truePromptTokens: number
  readonly trueCachedTokens: number
  readonly trueCacheWrite5mTokens: number
  readonly trueCacheWrite1hTokens: number
  readonly trueParts: TrueParts
  /** Pictures made, seconds heard, characters spoken. */
  readonly truePieces: TruePieces
  /** The service tier that the answer tells, in the provider's word; '' for the usual one. */
  readonly servedTier: string
  /** Tokens of the output in the frames that were written before the connection ended; hidden reasoning is not among them. */
  readonly trueOutputTokensSent: number
  /** Reasoning tokens of the planned answer, shown or hidden. */
  readonly trueReasoningTokens: number
  /** All output tokens of the planned answer, reasoning included; what a complete call's usage says. */
  readonly plannedOutputTokens: number
  /** 'complete': the answer went out whole. 'fault': it was ended as scripted. 'client-gone': the client left before either. */
  readonly ended: 'open' | 'complete' | 'client-gone' | 'fault'
  readonly fault: SimFaultName | undefined
  /** Bytes of the request's body. */
  readonly bodyBytes: number
  /** The request's body, if the upstream keeps bodies. */
  readonly body: Buffer | undefined
}

/** A call while it is being filled in. */
export type OpenCall = { -readonly [field in keyof SimCall]: SimCall[field] }

/** A call of which nothing but its head is known. */
export const openCall = (
  id: string,
  head: Pick<SimCall, 'protocol' | 'path' | 'headersSeen'>,
  body: { readonly bytes: Buffer; readonly isKept: boolean },
): OpenCall => ({
  id,
  ...head,
  model: '',
  isStream: false,
  truePromptTokens: 0,
  trueCachedTokens: 0,
  trueCacheWrite5mTokens: 0,
  trueCacheWrite1hTokens: 0,
  trueParts: NO_PARTS,
  truePieces: NO_PIECES,
  servedTier: '',
  trueOutputTokensSent: 0,
  trueReasoningTokens: 0,
  plannedOutputTokens: 0,
  ended: 'open',
  fault: undefined,
  bodyBytes: body.bytes.length,
  body: body.isKept ? body.bytes : undefined,
})
