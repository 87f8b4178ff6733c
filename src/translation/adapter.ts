import type { Failure } from '../failures.ts'
import type { CallAddress } from '../protocols/index.ts'
import type { CanonicalCall, ProtocolName } from './call.ts'
import type { EventReader, EventWriter } from './events.ts'
import type { Losses } from './loss.ts'

/** What a request is written for. */
export type RequestTarget = {
  /** The model's name at the upstream, which says how it wants to be told to think. */
  readonly model: string
  readonly losses: Losses
  /** The name under which a chat upstream heeds the output bound; those that know one often pass over the other. `max_tokens` when not told. */
  readonly outputMaxField?: 'max_tokens' | 'max_completion_tokens'
  /** Whether a chat upstream refuses what earlier answers thought. Takes it when not told. */
  readonly refusesThoughts?: boolean | undefined
  /** Whether an upstream of Gemini's protocol tells how likely each token was. Refuses to when not told. */
  readonly tellsLogprobs?: boolean | undefined
  /** Most tokens that the model can make, for upstreams that have to be told a bound. */
  readonly outputMax?: number
}

/** What a reply is written for. */
export type ReplyContext = {
  readonly call: CanonicalCall
  /** Our id of the request; ids that the upstream did not give are made of it. */
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Tokens of the prompt by a rough count of ours, for protocols that tell them before the upstream did. */
  readonly inputEstimate?: number
}

/**
 * One protocol, from both sides: as what a client speaks (readRequest, writeWhole, writeStream) and as what an upstream speaks
 * (writeRequest, readWhole, readStream). Readers of requests throw FailureError; nothing else throws.
 */
export type Adapter = {
  readonly readRequest: (body: Buffer, address?: CallAddress) => CanonicalCall
  /** The body for the upstream, as JSON text. */
  readonly writeRequest: (call: CanonicalCall, target: RequestTarget) => string
  readonly readWhole: () => EventReader
  readonly readStream: () => EventReader
  readonly writeWhole: (context: ReplyContext) => EventWriter
  readonly writeStream: (context: ReplyContext) => EventWriter
  readonly encodeError: (failure: Failure, requestId: string) => Buffer
  /** What ends a started stream after a failure. */
  readonly encodeStreamError: (failure: Failure, requestId: string) => Buffer
}

/** The adapters that there are. */
export type Adapters = Readonly<Partial<Record<ProtocolName, Adapter>>>
