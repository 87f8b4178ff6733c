import type { IncomingHttpHeaders } from 'node:http'
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
// Everything that no line may hold: control characters, a lone CR or LF among them.
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/
const LENGTH = /^\d{1,15}$/

/**
 * Reads a head, given without the empty line that ends it. Whatever could be read in two ways is refused: folded lines, blanks before a
 * colon, two lengths, a length beside a coding, any coding but chunked. Source: RFC 9112 §4–6, §11.1 (2022-06).
 */
export function readReplyHead(text: string): ReplyHead {
  const [statusLine = '', ...lines] = text.split('\r\n')
  const [, minor, digits] = STATUS_LINE.exec(statusLine) ?? failMalformed()
  if (lines.length > HEADERS_MAX) failMalformed()
  const headers = readFields(lines)
  const status = Number(digits)
  const isKept = minor === '1' && !/\bclose\b/i.test(String(headers.connection ?? ''))
  return { status, headers, framing: framingOf(status, headers, minor === '1'), isKept, keptMs: keptMsOf(headers) }
}

/** Header fields by their names in lower case, of lines that hold one each. */
export function readFields(lines: readonly string[]): IncomingHttpHeaders {
  // Names come from outside: one called __proto__ is a name like another.
  const headers: Record<string, string | string[]> = Object.create(null)
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = withoutBlanks(line, colon + 1)
    if (colon <= 0 || !FIELD_NAME.test(name) || FORBIDDEN.test(value)) failMalformed()
    const known = headers[name]
    if (known === undefined) headers[name] = value
    else headers[name] = typeof known === 'string' ? [known, value] : [...known, value]
  }
  return headers
}

/** What is left of a line after an offset without blanks at either end; other white space is part of a value. */
function withoutBlanks(line: string, from: number): string {
  let [start, end] = [from, line.length]
  while (start < end && isBlank(line.charCodeAt(start))) start += 1
  while (end > start && isBlank(line.charCodeAt(end - 1))) end -= 1
  return line.slice(start, end)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

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
