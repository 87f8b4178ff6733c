import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { CallRules } from './routing/index.ts'

/** What follows from the texts of a head and from nothing else, once somebody has worked it out: kept with them, it holds for as long as they do. */
export type HeadFacts = {
  /** The digest of the key that is shown in it, of one that is well formed. */
  keyDigest: string | undefined
  /** Where its call may go. */
  rules: CallRules | undefined
}

/** What a call needs of the request of its customer: one of node:http's, or one of the fast path's. */
export type CallRequest = {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** By names in lower case. The length of the body is not among them where `bodyLength` tells it. */
  readonly headers: IncomingHttpHeaders
  /** Bytes that the body is said to have, where that is known by itself. */
  readonly bodyLength?: number | undefined
  /** Where its head is kept from one request to the next. */
  readonly facts?: HeadFacts | undefined
  readonly socket: Socket
  /** Whether the rest of its body will never come. */
  readonly destroyed: boolean
  /** The whole body, where it is here before anybody asked for it. */
  readonly whole?: Buffer | undefined
  /** Bytes of its head, which lie before the first of its body in memory and which nobody reads any more. */
  readonly headBytes?: number | undefined
  /** `data` brings parts of the body, `end` comes after the last, `close` when no more will come. */
  on(event: 'data' | 'end' | 'close' | 'error', listener: (part: Buffer) => void): unknown
  off(event: 'data' | 'end' | 'close', listener: (part: Buffer) => void): unknown
  /** Reads away what nobody reads. */
  resume(): unknown
  /** Of what can bring a form. */
  pause?(): unknown
}
