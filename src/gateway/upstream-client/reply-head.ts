import type { IncomingHttpHeaders } from 'node:http'
import { withoutBlanks } from '../../lib/index.ts'
import { failMalformed } from './upstream-client-error.ts'

/** How a body ends: after so many bytes, with its last chunk, or with the connection. */
export type Framing = { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' } | { readonly kind: 'close' }

/** The head of a reply. */
export type ReplyHead = {
  readonly status: number
  /** By names in lower case; what comes more than once is a list. */
  readonly headers: IncomingHttpHeaders
  readonly framing: Framing
  /** Whether the connection may carry another request after it. */
  readonly isKept: boolean
  /** For how long the upstream keeps an idle connection, in milliseconds; undefined where it does not say. */
  readonly keptMs: number | undefined
}

const HEADERS_MAX = 256
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Everything that no line may hold: control characters, and ends of lines that are half of one. */
const FORBIDDEN = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|(?<!\r)\n/
const LENGTH = /^\d{1,15}$/

/**
 * Reads a head, given without the empty line that ends it. Whatever could be read in two ways is refused: folded lines, blanks before a
 * colon, two lengths, a length beside a coding, any coding but chunked. Source: RFC 9112 §4–6, §11.1 (2022-06).
 */
export function readReplyHead(text: string): ReplyHead {
  const lineEnd = endOfLine(text, 0)
  const [, minor, digits] = STATUS_LINE.exec(text.slice(0, lineEnd)) ?? failMalformed()
  const headers = readFields(text, lineEnd + 2)
  const status = Number(digits)
  const isKept = minor === '1' && !/\bclose\b/i.test(String(headers.connection ?? ''))
  return { status, headers, framing: framingOf(status, headers, minor === '1'), isKept, keptMs: keptMsOf(headers) }
}

/** Header fields by their names in lower case, of lines that hold one each, from an offset on. */
export function readFields(text: string, from: number): IncomingHttpHeaders {
  if (FORBIDDEN.test(text)) failMalformed()
  // Names come from outside: one called __proto__ is a name like another.
  const headers: Record<string, string | string[]> = Object.create(null)
  let count = 0
  for (let at = from; at < text.length; ) {
    const end = endOfLine(text, at)
    const colon = text.indexOf(':', at)
    count += 1
    if (colon < 0 || colon > end || count > HEADERS_MAX) failMalformed()
    addField(headers, nameOf(text.slice(at, colon)), withoutBlanks(text, colon + 1, end))
    at = end + 2
  }
  return headers
}

function addField(headers: Record<string, string | string[]>, name: string, value: string): void {
  const known = headers[name]
  if (known === undefined) headers[name] = value
  else headers[name] = typeof known === 'string' ? [known, value] : [...known, value]
}

/** Where the line at an offset ends. */
function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\r\n', from)
  return end < 0 ? text.length : end
}

/** A name in lower case. */
function nameOf(spelled: string): string {
  const usual = USUAL.get(spelled)
  if (usual !== undefined) return usual
  if (!FIELD_NAME.test(spelled)) failMalformed()
  return spelled.toLowerCase()
}

/** What upstreams tell with nearly every reply, as they spell it. */
const USUAL: ReadonlyMap<string, string> = new Map(
  ['Content-Type', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Date', 'Server', 'Cache-Control', 'X-Request-Id'].flatMap((name) =>
    [name, name.toLowerCase()].map((spelled) => [spelled, name.toLowerCase()] as const),
  ),
)

function framingOf(status: number, headers: IncomingHttpHeaders, knowsChunks: boolean): Framing {
  const { 'transfer-encoding': coding, 'content-length': length } = headers
  if (coding !== undefined && (length !== undefined || !knowsChunks || typeof coding !== 'string' || coding.toLowerCase() !== 'chunked'))
    failMalformed()
  if (length !== undefined && (typeof length !== 'string' || !LENGTH.test(length))) failMalformed()
  if (status < 200 || status === 204 || status === 304) return { kind: 'length', bytes: 0 }
  if (coding !== undefined) return { kind: 'chunked' }
  return length === undefined ? { kind: 'close' } : { kind: 'length', bytes: Number(length) }
}

function keptMsOf(headers: IncomingHttpHeaders): number | undefined {
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})\b/i.exec(String(headers['keep-alive'] ?? ''))?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1_000
}
