import type { BodyName } from './bodies.ts'

/** Header lines of a request, by name. */
export type Headers = Readonly<Record<string, string>>

/** Where a load goes: the proxy's port, path and the header lines it wants beyond host, type and length. */
export type Target = {
  readonly port: number
  readonly path: string
  readonly headers: Headers
  /** Header lines of several customers, whose calls take turns; those of `headers` are not used then. */
  readonly customers?: readonly Headers[]
  /** The certificate of localhost that it shows, where it speaks TLS; PEM. */
  readonly ca?: string
}

/** One order to the load process; rates are per second. `secondsMax` ends it, and what is unfinished then has failed. */
export type LoadOrder = {
  readonly target: Target
  readonly body: BodyName
  readonly secondsMax: number
  readonly pattern: /** `isOnce`: a connection carries one call, and the next gets one of its own. */
    | { readonly kind: 'closed'; readonly calls: number; readonly connections: number; readonly isOnce?: boolean }
    | { readonly kind: 'open'; readonly rate: number; readonly seconds: number }
}

/** What the load process saw. Latencies are microseconds from the send to the whole answer, or to its first byte of body for streams. */
export type LoadReport = {
  readonly calls: number
  readonly failures: number
  readonly firstFailure: string
  readonly seconds: number
  readonly events: number
  readonly p50: number
  readonly p99: number
  /** How late the sends were against their schedule, microseconds, 0.99 quantile; large means that the generator itself was held up. */
  readonly sendLagP99: number
}

/** What the upstream process says once it listens. */
export type UpstreamReady = { readonly port: number }
