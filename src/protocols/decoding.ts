import { isUtf8 } from 'node:buffer'
import { fail } from '../failures.ts'
import type { JsonScanner } from './json-scanner.ts'
import type { CallAddress, DecodedCall } from './protocol.ts'
import { endOf, type MarkerOf, type RequestFields, scannerOf, scanRequest } from './request-fields.ts'
import type { ScanPlan } from './scan-plan.ts'

/** How a request is read: what its scan looks for, who is told of marks, and the call that its fields are. */
export type Reading = {
  readonly plan: ScanPlan
  readonly markerOf?: MarkerOf
  readonly callOf: (fields: RequestFields) => DecodedCall
}

/**
 * The reading of a body that is at hand: at once, or a piece at a time, so that others have their turn between them. Both fail alike, with what the
 * scanner and the protocol fail with.
 */
export class Decoding {
  readonly #body: Buffer
  readonly #reading: Reading
  #scanner: JsonScanner | undefined
  #at = 0

  constructor(body: Buffer, reading: Reading) {
    this.#body = body
    this.#reading = reading
  }

  /** The call, read at once. */
  whole(): DecodedCall {
    const { plan, markerOf, callOf } = this.#reading
    return callOf(scanRequest(this.#body, plan, markerOf))
  }

  /** Reads on by at most so many bytes; undefined as long as there are more. */
  step(bytes: number): DecodedCall | undefined {
    const { plan, markerOf, callOf } = this.#reading
    if (this.#scanner === undefined && !isUtf8(this.#body)) fail('invalid_json')
    this.#scanner ??= scannerOf(plan, markerOf)
    const from = this.#at
    this.#at = Math.min(this.#body.length, from + bytes)
    this.#scanner.push(this.#body.subarray(from, this.#at))
    return this.#at < this.#body.length ? undefined : callOf(endOf(this.#body, plan, this.#scanner))
  }
}

/** Begins to read a request; `address` where the protocol has one. */
export type BeginDecoding = (body: Buffer, address?: CallAddress) => Decoding

/** The two ways to read a request of a protocol. */
export const decoders = (begin: BeginDecoding) => ({
  begin,
  decode: (body: Buffer, address?: CallAddress): DecodedCall => begin(body, address).whole(),
})
