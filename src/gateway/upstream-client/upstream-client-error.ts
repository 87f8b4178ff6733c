/** Why a connection to an upstream gave no whole reply. */
export type UpstreamClientCode =
  | 'UPSTREAM_CONNECT_TIMEOUT'
  | 'UPSTREAM_HEAD_TIMEOUT'
  | 'UPSTREAM_BODY_TIMEOUT'
  | 'UPSTREAM_CONNECTION_LOST'
  | 'UPSTREAM_REPLY_MALFORMED'
  | 'UPSTREAM_REQUEST_REFUSED'

/** The codes that say that an upstream was too slow. */
export const UPSTREAM_TIMEOUTS: readonly UpstreamClientCode[] = [
  'UPSTREAM_CONNECT_TIMEOUT',
  'UPSTREAM_HEAD_TIMEOUT',
  'UPSTREAM_BODY_TIMEOUT',
]

/** A failure of a connection to an upstream, by its code; it holds nothing that an upstream sent. */
export class UpstreamClientError extends Error {
  readonly code: UpstreamClientCode

  constructor(code: UpstreamClientCode) {
    super(code)
    this.code = code
  }
}

/** Ends the reading of a reply that is not as HTTP/1.1 has it. */
export function failMalformed(): never {
  throw new UpstreamClientError('UPSTREAM_REPLY_MALFORMED')
}

/** What was thrown while a reply was read, as an error. */
export const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new UpstreamClientError('UPSTREAM_REPLY_MALFORMED'))
