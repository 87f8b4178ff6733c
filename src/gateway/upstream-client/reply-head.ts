import type { IncomingHttpHeaders } from 'node:http'
import { FieldNames } from './field-names.ts'
import { failMalformed } from './upstream-client-error.ts'

/** How a body ends: after so many bytes, with its last chunk, or with the connection. */
export type Framing = { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' } | { readonly kind: 'close' }

/** The head of a reply. */
export type ReplyHead = {
  readonly status: number
  /** Those that are asked for, by names in lower case; what comes more than once is a list. */
  readonly headers: IncomingHttpHeaders
  readonly framing: Framing
  /** Whether the connection may carry another request after it. */
  readonly isKept: boolean
  /** For how long the upstream keeps an idle connection, in milliseconds; undefined where it does not say. */
  readonly keptMs: number | undefined
}

const HEADERS_MAX = 256
/** Most digits of a length. */
export const LENGTH_DIGITS_MAX = 15
/** The first digit. */
export const ZERO = 0x30
const [TAB, LF, CR, SPACE, COLON, DELETE] = [0x09, 0x0a, 0x0d, 0x20, 0x3a, 0x7f]
const SMALL = 0x20
const [FIRST_LETTER, LAST_LETTER] = [0x61, 0x7a]

const IN_NAMES = Uint8Array.from({ length: 256 }, (_, code) => Number(/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code))))
/** Whether a byte can stand in a name. Nearly all are letters, which are known without the table. */
function isInNames(byte: number): boolean {
  const letter = byte | SMALL
  return (letter >= FIRST_LETTER && letter <= LAST_LETTER) || IN_NAMES[byte] === 1
}
/** Whether a byte can stand in a value: no control characters, and no ends of lines. */
export const isInValues = (byte: number): boolean => (byte >= SPACE && byte !== DELETE) || byte === TAB

/** Without these nobody knows where a reply ends, or what may follow it. */
const FRAMING_FIELDS = ['content-length', 'transfer-encoding', 'connection', 'keep-alive']
const FRAMING_NAMES = new FieldNames(FRAMING_FIELDS)

/** The names of the fields that are kept of a reply: those that it is read by, what every reply is asked for, and what is asked for besides. */
export const keptFields = (asked: readonly string[]): FieldNames =>
  new FieldNames([...FRAMING_FIELDS, 'content-type', 'content-encoding', 'retry-after', ...asked])

const NEWER = Buffer.from('HTTP/1.1 ')
const OLDER = Buffer.from('HTTP/1.0 ')
const AFTER_STATUS = NEWER.length + 3

/** A head among bytes, without the empty line that ends it. */
export type HeadBytes = { readonly bytes: Buffer; readonly from: number; readonly to: number }

/**
 * Reads a head. Whatever could be read in two ways is refused: folded lines, blanks before a colon, two lengths, a length beside a coding, any
 * coding but chunked. Source: RFC 9112 §4–6, §11.1 (2022-06).
 */
export function readReplyHead(head: HeadBytes, names: FieldNames): ReplyHead {
  const isNew = isAt(head, NEWER)
  if (!isNew && !isAt(head, OLDER)) failMalformed()
  const status = statusOf(head)
  const headers = fieldsOf(head, endOfLine(head, head.from + AFTER_STATUS) + 2, names)
  const { connection } = headers
  const isKept = isNew && (connection === undefined || connection === 'keep-alive' || !/\bclose\b/i.test(String(connection)))
  return { status, headers, framing: framingOf(status, headers, isNew), isKept, keptMs: keptMsOf(headers) }
}

/** What a line says that holds a field as heads have them, if it is of how a reply is framed. */
export function readField(line: string): IncomingHttpHeaders {
  const bytes = Buffer.from(line, 'latin1')
  return fieldsOf({ bytes, from: 0, to: bytes.length }, 0, FRAMING_NAMES)
}

/** Those header fields that are kept, by their names in lower case, of lines that hold one each, from an offset on. All are looked at. */
function fieldsOf(head: HeadBytes, from: number, names: FieldNames): IncomingHttpHeaders {
  const { bytes, to } = head
  const headers: Record<string, string | string[]> = {}
  let count = 0
  for (let at = from; at < to; ) {
    const colon = endOfName(head, at)
    const end = endOfLine(head, colon + 1)
    count += 1
    if (count > HEADERS_MAX) failMalformed()
    const name = names.find(bytes, at, colon)
    if (name !== undefined) addField(headers, name, valueIn(bytes, colon + 1, end))
    at = end + 2
  }
  return headers
}

function addField(headers: Record<string, string | string[]>, name: string, value: string): void {
  const known = headers[name]
  if (known === undefined) headers[name] = value
  else headers[name] = typeof known === 'string' ? [known, value] : [...known, value]
}

function isAt({ bytes, from, to }: HeadBytes, words: Buffer): boolean {
  if (to - from < words.length) return false
  for (let at = 0; at < words.length; at += 1) if (bytes[from + at] !== words[at]) return false
  return true
}

/** The status, after which words may come, or nothing. */
function statusOf({ bytes, from, to }: HeadBytes): number {
  const end = from + AFTER_STATUS
  if (end > to || (end < to && bytes[end] !== SPACE && bytes[end] !== CR)) failMalformed()
  let status = 0
  for (let at = end - 3; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) failMalformed()
    status = status * 10 + digit
  }
  if (status < 100 || status > 599) failMalformed()
  return status
}

/** Where a name ends, with the colon after it. */
function endOfName({ bytes, to }: HeadBytes, from: number): number {
  let at = from
  while (at < to && isInNames(bytes[at] as number)) at += 1
  if (at === from || at === to || bytes[at] !== COLON) failMalformed()
  return at
}

/** Where the line that an offset lies in ends: with the head, or with the two signs that end lines. */
function endOfLine({ bytes, to }: HeadBytes, from: number): number {
  let at = from
  while (at < to && isInValues(bytes[at] as number)) at += 1
  if (at < to && (bytes[at] !== CR || at + 1 >= to || bytes[at + 1] !== LF)) failMalformed()
  return at
}

/** A value without the blanks at either end. */
function valueIn(bytes: Buffer, from: number, to: number): string {
  let [start, end] = [from, to]
  while (start < end && isBlank(bytes[start])) start += 1
  while (end > start && isBlank(bytes[end - 1])) end -= 1
  return bytes.toString('latin1', start, end)
}

/** Whether a byte is a blank that may stand around a value. */
export const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB

const CHUNKED: Framing = { kind: 'chunked' }
const UNTIL_CLOSE: Framing = { kind: 'close' }
const NO_BODY: Framing = { kind: 'length', bytes: 0 }

function framingOf(status: number, headers: IncomingHttpHeaders, knowsChunks: boolean): Framing {
  const { 'transfer-encoding': coding, 'content-length': told } = headers
  if (coding !== undefined && (told !== undefined || !knowsChunks || typeof coding !== 'string' || coding.toLowerCase() !== 'chunked'))
    failMalformed()
  const bytes = told === undefined ? -1 : lengthIn(told)
  if (told !== undefined && bytes < 0) failMalformed()
  if (status < 200 || status === 204 || status === 304) return NO_BODY
  if (coding !== undefined) return CHUNKED
  return told === undefined ? UNTIL_CLOSE : { kind: 'length', bytes }
}

/** The bytes that a length tells; -1 where it tells none. */
function lengthIn(told: string | string[]): number {
  if (typeof told !== 'string' || told === '' || told.length > LENGTH_DIGITS_MAX) return -1
  let length = 0
  for (let at = 0; at < told.length; at += 1) {
    const digit = told.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return -1
    length = length * 10 + digit
  }
  return length
}

function keptMsOf({ 'keep-alive': told }: IncomingHttpHeaders): number | undefined {
  if (told === undefined) return undefined
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})\b/i.exec(String(told))?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1_000
}
