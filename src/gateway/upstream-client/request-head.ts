import { headerLines } from '../../lib/index.ts'
import { UpstreamClientError } from './upstream-client-error.ts'

/** One request to an upstream; times in milliseconds. */
export type UpstreamRequest = {
  /** Scheme, host and port. */
  readonly origin: string
  readonly path: string
  /** All but host, connection and content-length. */
  readonly headers: Readonly<Record<string, string>>
  /** The body, in as many pieces as it is at hand in. */
  readonly body: readonly Buffer[]
  /** How long the head of the reply and the first byte of its body may take, both together. */
  readonly firstByteMs: number
  /** How long the body of the reply may pause once it has begun. */
  readonly idleMs: number
}

/** A request as it is written; `bytes` of it in all. */
export type SpelledRequest = Pick<UpstreamRequest, 'body' | 'firstByteMs' | 'idleMs'> & { readonly head: string; readonly bytes: number }

const PATH = /^\/[\x21-\x7e]*$/

/** A request with its head spelled out. Throws UPSTREAM_REQUEST_REFUSED. */
export function spelled(host: string, request: UpstreamRequest): SpelledRequest {
  const { body, firstByteMs, idleMs } = request
  let length = 0
  for (const piece of body) length += piece.length
  const head = requestHead(host, request, length)
  return { head, body, bytes: head.length + length, firstByteMs, idleMs }
}

/**
 * The head of a POST, with the empty line that ends it. Throws UPSTREAM_REQUEST_REFUSED where a part of it would read as something else:
 * some values are a customer's. Source: RFC 9110 §5.5, RFC 9112 §3 (2022-06).
 */
function requestHead(host: string, { path, headers }: UpstreamRequest, length: number): string {
  const fields: string[] = []
  for (const name of Object.keys(headers)) fields.push(name, headers[name] ?? '')
  const lines = headerLines(fields)
  if (lines === undefined || !PATH.test(path)) throw new UpstreamClientError('UPSTREAM_REQUEST_REFUSED')
  return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${lines}content-length: ${length}\r\n\r\n`
}
