import { headerLines } from '../../lib/index.ts'
import { UpstreamClientError } from './upstream-client-error.ts'

/** What a head is put together of. */
export type HeadParts = {
  /** Scheme, host and port. */
  readonly origin: string
  readonly path: string
  /** All but host, connection and content-length. */
  readonly headers: Readonly<Record<string, string>>
}

/** The head of a POST: for any number of requests to the same place. `text`: as HTTP/1.1 has it, up to the length of the body. */
export type RequestHead = { readonly origin: string; readonly text: string; readonly parts: HeadParts }

/** One request to an upstream; times in milliseconds. */
export type UpstreamRequest = {
  readonly head: RequestHead
  /** The body, in as many pieces as it is at hand in; none once they are written, as a request is kept until its reply has come. */
  body: readonly Buffer[]
  /** Whether its reply comes piece by piece, over a while. */
  readonly isStream: boolean
  /** How long the head of the reply and the first byte of its body may take, both together. */
  readonly firstByteMs: number
  /** How long the body of the reply may pause once it has begun. */
  readonly idleMs: number
}

const PATH = /^\/[\x21-\x7e]*$/

/**
 * A head, put together and looked at once. Throws UPSTREAM_REQUEST_REFUSED where a part of it would read as something else: some values
 * are a customer's. Source: RFC 9110 §5.5, RFC 9112 §3 (2022-06).
 */
export function requestHead(parts: HeadParts): RequestHead {
  const { origin, path, headers } = parts
  const fields: string[] = []
  for (const name of Object.keys(headers)) fields.push(name, headers[name] ?? '')
  const lines = headerLines(fields)
  if (lines === undefined || !PATH.test(path)) throw new UpstreamClientError('UPSTREAM_REQUEST_REFUSED')
  const text = `POST ${path} HTTP/1.1\r\nhost: ${new URL(origin).host}\r\nconnection: keep-alive\r\n${lines}content-length: `
  // Written as it is, however often: a text of pieces would be put together each time.
  return { origin, text: Buffer.from(text, 'latin1').toString('latin1'), parts }
}

/** The head for a body of so many bytes, with the empty line that ends it. */
export const headFor = ({ text }: RequestHead, bytes: number): string => `${text}${bytes}\r\n\r\n`

const TAKEN: readonly Buffer[] = []

/** The body of a request, to be written; it is not kept with the request from then on. */
export function takeBody(request: UpstreamRequest): readonly Buffer[] {
  const { body } = request
  request.body = TAKEN
  return body
}

/** The bytes of a body. */
export function lengthOf(body: readonly Buffer[]): number {
  let length = 0
  for (const piece of body) length += piece.length
  return length
}
