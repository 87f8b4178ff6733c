import type { Problem } from './problem.ts'

/** Bounds of one gateway; times in milliseconds. */
export type GatewaySettings = {
  readonly bodyBytesMax: number
  readonly connectMs: number
  /** How long a stream may take to begin. */
  readonly firstByteMs: number
  /** How long an answer that is no stream may take to begin, which it does when all of it is made. */
  readonly wholeAnswerMs: number
  readonly idleMs: number
  /** How long a realtime session may be silent. */
  readonly sessionIdleMs: number
  readonly controlHttpPath: string
  /** Files of the certificate and its key; undefined for plain HTTP. Read anew by each gateway that starts. */
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined
  readonly trustedProxies: readonly string[]
  /** Whether whoever is no trusted proxy is sent away without a word. */
  readonly isEdgeOnly: boolean
}

/** What the supervisor tells a new gateway, together with the listening handle. */
export type GatewayStart = {
  readonly gatewayId: string
  readonly channelPath: string
  readonly drainMs: number
  readonly settings: GatewaySettings
}

/** What the supervisor tells a gateway; `handle` and `start` come with a copy of the listening handle each. */
export type ToGateway = { readonly type: 'handle' } | { readonly type: 'start'; readonly start: GatewayStart } | { readonly type: 'retire' }

/** What the supervisor tells control. */
export type ToControl = { readonly type: 'stop' } | { readonly type: 'sandbox'; readonly port: number }

/** What control tells the supervisor. */
export type FromControl =
  | { readonly type: 'sandbox-wanted' }
  | {
      readonly type: 'ready'
      readonly channelPath: string
      readonly httpPath: string
      readonly operatorTokenPath: string | undefined
      readonly demoKey: string | undefined
    }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
