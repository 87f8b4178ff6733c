import type { DecodedCall, Protocol } from '../protocols/index.ts'
import type { RequestHead } from './upstream-client/index.ts'

/** What of a leg its head hangs on beside the target. */
export type AskedAs = { readonly protocol: Pick<Protocol, 'id'>; readonly call: Pick<DecodedCall, 'isStream'> }

type Known = { readonly protocol: string; readonly isStream: boolean; readonly head: RequestHead }

/**
 * Heads of requests to one target that hold nothing of a customer's, so that they are the same from call to call. They lie with the target, as
 * all else that they are made of (address, model, upstream) is its own and never changes: a new catalogue has new targets. There are as many
 * as its upstream has keys, twice for each protocol that it is asked in.
 */
export class RequestHeads {
  readonly #byKey = new Map<string | undefined, readonly Known[]>()

  /** The head of a call with a key; undefined until it was kept. */
  find(key: string | undefined, { protocol, call }: AskedAs): RequestHead | undefined {
    const ofKey = this.#byKey.get(key)
    if (ofKey === undefined) return undefined
    for (const known of ofKey) if (known.protocol === protocol.id && known.isStream === call.isStream) return known.head
    return undefined
  }

  keep(key: string | undefined, { protocol, call }: AskedAs, head: RequestHead): void {
    const known = { protocol: protocol.id, isStream: call.isStream, head }
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), known])
  }
}
