import type { IncomingHttpHeaders } from 'node:http'
import type { ProtocolId } from '../protocols/index.ts'
import type { Upstream } from '../spec/index.ts'

/** How an upstream of one kind is called. */
export type Provider = {
  /** The protocol it speaks. */
  readonly protocol: ProtocolId
  /** Where our customers call this protocol; for messages. */
  readonly clientPath: string
  /** Path after the upstream's base URL. */
  readonly path: string
  /** Headers of a call, made anew: our credential, and the few of the customer's that change what is answered. */
  readonly headers: (upstream: Upstream, client: IncomingHttpHeaders) => Readonly<Record<string, string>>
  /** Whether a stream's usage frame must be asked for, and so taken out again for customers who did not. */
  readonly asksForUsage: boolean
  /**
   * Whether a bound of the output is added where the customer gave none. Not everywhere: upstreams that refuse a prompt and a bound that
   * come to more than their context would then refuse what they would have answered.
   */
  readonly addsOutputMax: boolean
}
