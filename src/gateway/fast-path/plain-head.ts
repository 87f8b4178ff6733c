import { withoutBlanks } from '../../lib/index.ts'
import type { HeadFacts } from '../call-request.ts'

/** The head of a request that can be read in one way only. */
export type PlainHead = {
  readonly path: string
  /** By names in lower case, each of which came once; all but the length of the body. */
  readonly headers: Readonly<Record<string, string>>
  readonly facts: HeadFacts
  /** Bytes of the body. */
  readonly length: number
  /** Where the digits of the length begin. */
  readonly lengthAt: number
  /** Where the body begins. */
  readonly bodyAt: number
}

/** The fields of a head; `lengthAt` is zero where none tells a length. */
type Fields = { readonly headers: Readonly<Record<string, string>>; readonly length: string; readonly lengthAt: number }

const HEAD_BYTES_MAX = 8_192
const HEAD_END = '\r\n\r\n'
const METHOD = 'POST '
const VERSION = ' HTTP/1.1'
/** Lines without control characters and bytes beyond ASCII, but for tabs, each with a whole end. */
const LINES = /^(?:[\t\x20-\x7e]*\r\n)*$/
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const HOST = /^[\w.:[\]-]{1,255}$/
/** Whoever compares a value with this text sees that it is the same, where a part of a head would be compared letter by letter. */
const USUAL_TYPE = 'application/json'
const LENGTH_NAME = 'content-length'
const LENGTH = /^[1-9]\d{0,9}$/

/** Headers that frame a message, or ask for something of the connection. */
const HANDED_OVER: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'http2-settings',
  'te',
  'trailer',
  'keep-alive',
  'proxy-connection',
])

/**
 * The head that bytes begin with, if it is whole, of a POST to one of `paths`, and as plain as can be: every field once, none that frames the
 * message but one Content-Length above zero, one Host. Undefined is not wrong, but for somebody else to read. Source: RFC 9112 §2.2, §3, §5, §6 (2022-06).
 */
export function readPlainHead(bytes: Buffer, paths: { has(path: string): boolean }): PlainHead | undefined {
  const end = bytes.indexOf(HEAD_END, 0, 'latin1')
  if (end < 0 || end > HEAD_BYTES_MAX) return undefined
  // With the end of its last line, so that every line has one.
  const head = bytes.toString('latin1', 0, end + 2)
  const lineEnd = head.indexOf('\r\n')
  if (!head.startsWith(METHOD) || !head.startsWith(VERSION, lineEnd - VERSION.length) || !LINES.test(head)) return undefined
  const path = head.slice(METHOD.length, lineEnd - VERSION.length)
  const fields = paths.has(path) ? readFields(head, lineEnd + 2) : undefined
  if (fields === undefined) return undefined
  const { headers, length, lengthAt } = fields
  const { host, connection } = headers
  if (host === undefined || !HOST.test(host) || !LENGTH.test(length)) return undefined
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return undefined
  return {
    path,
    headers,
    facts: { keyDigest: undefined, rules: undefined },
    length: Number(length),
    lengthAt,
    bodyAt: end + HEAD_END.length,
  }
}

/** The fields of lines without odd bytes; undefined when one is no field, comes twice, is named like what every object has, or is handed over. */
function readFields(head: string, from: number): Fields | undefined {
  const headers: Record<string, string> = {}
  let [length, lengthAt] = ['', 0]
  for (let at = from; at < head.length; ) {
    const end = head.indexOf('\r\n', at)
    const colon = head.indexOf(':', at)
    if (colon < 0 || colon > end) return undefined
    const spelled = head.slice(at, colon)
    const name = USUAL.get(spelled) ?? plainName(spelled)
    const value = withoutBlanks(head, colon + 1, end)
    if (name === LENGTH_NAME) {
      if (lengthAt > 0) return undefined
      length = value
      lengthAt = head.indexOf(value, colon + 1)
    } else {
      if (name === undefined || headers[name] !== undefined) return undefined
      headers[name] = value === USUAL_TYPE ? USUAL_TYPE : value
    }
    at = end + 2
  }
  return { headers, length, lengthAt }
}

/** A name in lower case; undefined where it is none, or is handed over. */
function plainName(spelled: string): string | undefined {
  const name = spelled.toLowerCase()
  return NAME.test(spelled) && !HANDED_OVER.has(name) ? name : undefined
}

/** What clients send with nearly every call, as they spell it; each of them is plain. */
const USUAL: ReadonlyMap<string, string> = new Map(
  [
    ...['Host', 'Authorization', 'X-Api-Key', 'Content-Type', 'Content-Length', 'Accept', 'Accept-Encoding', 'User-Agent', 'Connection'],
    ...['Accept-Language', 'Sec-Fetch-Mode', 'X-App'],
    ...[
      'Lang',
      'Package-Version',
      'OS',
      'Arch',
      'Runtime',
      'Runtime-Version',
      'Async',
      'Retry-Count',
      'Timeout',
      'Read-Timeout',
      'Helper-Method',
    ].map((name) => `X-Stainless-${name}`),
    ...['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Real-Ip', 'Traceparent'],
  ].flatMap((name) => [name, name.toLowerCase()].map((spelled) => [spelled, name.toLowerCase()] as const)),
)
