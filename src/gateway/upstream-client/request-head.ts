import { UpstreamClientError } from './upstream-client-error.ts'

/** One request to an upstream; times in milliseconds. */
export type UpstreamRequest = {
  /** Scheme, host and port. */
  readonly origin: string
  readonly path: string
  /** All but host, connection and content-length. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** How long the head of the reply may take. */
  readonly firstByteMs: number
  /** How long the body of the reply may pause. */
  readonly idleMs: number
}

/** A request as it is written. */
export type SpelledRequest = Pick<UpstreamRequest, 'body' | 'firstByteMs' | 'idleMs'> & { readonly head: string }

const PATH = /^\/[\x21-\x7e]*$/
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The head of a POST, with the empty line that ends it. Throws UPSTREAM_REQUEST_REFUSED where a part of it would read as something else:
 * some values are a customer's. Source: RFC 9110 §5.5, RFC 9112 §3 (2022-06).
 */
export function requestHead(host: string, { path, headers, body }: UpstreamRequest): string {
  let head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`
  let isSound = PATH.test(path)
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? ''
    isSound &&= VALUE.test(value) && NAME.test(name)
    head += `${name}: ${value}\r\n`
  }
  if (!isSound) throw new UpstreamClientError('UPSTREAM_REQUEST_REFUSED')
  return `${head}content-length: ${body.length}\r\n\r\n`
}
