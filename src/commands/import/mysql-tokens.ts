/** A piece of a dump: a bare word, a name in backticks, a text or bytes in quotes, a number, or one sign. Lines count from 1. */
export type Token = {
  readonly kind: 'word' | 'name' | 'text' | 'bytes' | 'number' | 'sign'
  readonly value: string
  readonly line: number
}

/** How whoever reads tells where a dump is not understood; it does not return. */
export type RefuseLine = (line: number, what: string) => never

const [LINE_END, QUOTE, DOUBLE, BACKTICK, BACKSLASH] = [0x0a, 0x27, 0x22, 0x60, 0x5c]
/** One byte after a backslash, and what both stand for. Source: dev.mysql.com/doc/refman/8.4/en/string-literals.html (2026-11-27). */
const ESCAPES: Readonly<Record<string, string>> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a', '%': '\\%', _: '\\_' }
/** What is looked at as one piece, at most; longer ones are texts, which are read to their quote. */
const PIECE_LENGTH_MAX = 256

const SPACE = /^[ \t\r\f\v]+/
const COMMENT = /^(?:--(?=\s|$)|#)/
const CONDITION = /^\/\*M?!(?!999999)\d{0,6}/
const HEX = /^0x([0-9a-fA-F]+)(?![\w$])/
const HEX_QUOTED = /^[xX]'([0-9a-fA-F]*)'/
const BITS = /^(?:[bB]'([01]{1,63})'|0b([01]{1,63})(?![\w$]))/
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$])/
const WORD = /^[A-Za-z_@$][\w@$]*/
const SIGN = /^[^\w\s'"`]/

/**
 * The pieces of a dump of MySQL or MariaDB, without its comments. What stands in comments such as /*!40101 … *\/ is taken for what it is, since
 * those programs carry it out. Bytes above 127 are part of texts and names alone, so that UTF-8 needs no look before a piece is whole.
 */
export function* mysqlTokens(bytes: Buffer, refuse: RefuseLine): Generator<Token> {
  let [at, line, isConditional] = [0, 1, false]
  while (at < bytes.length) {
    const code = bytes[at] ?? 0
    if (code === LINE_END) {
      ;[at, line] = [at + 1, line + 1]
      continue
    }
    if (code === QUOTE || code === DOUBLE || code === BACKTICK) {
      const end = endOfQuoted(bytes, at)
      if (end === undefined) return refuse(line, 'a quote is not closed')
      yield { kind: code === BACKTICK ? 'name' : 'text', value: quotedText(bytes.subarray(at + 1, end), code), line }
      line += lineEnds(bytes.subarray(at, end))
      at = end + 1
      continue
    }
    const piece = bytes.toString('latin1', at, at + PIECE_LENGTH_MAX)
    const skipped = skip(bytes, { at, piece, isConditional })
    if (skipped !== undefined) {
      if (skipped.at > bytes.length) return refuse(line, 'a comment is not closed')
      line += lineEnds(bytes.subarray(at, skipped.at))
      ;({ at, isConditional } = skipped)
      continue
    }
    const found = tokenIn(piece) ?? longHex(bytes, at, piece)
    if (found === undefined) return refuse(line, 'this is nothing that a dump has')
    yield { kind: found.kind, value: found.value, line }
    at += found.length
  }
  if (isConditional) refuse(line, 'a comment is not closed')
}

type Place = { readonly at: number; readonly piece: string; readonly isConditional: boolean }

/** Where it goes on after blanks or a comment, past the end for one that is not closed; undefined where neither stands. */
function skip(bytes: Buffer, { at, piece, isConditional }: Place): Omit<Place, 'piece'> | undefined {
  const blank = SPACE.exec(piece)?.[0].length ?? 0
  if (blank > 0) return { at: at + blank, isConditional }
  if (COMMENT.test(piece)) {
    const end = bytes.indexOf(LINE_END, at)
    return { at: end < 0 ? bytes.length : end, isConditional }
  }
  const condition = isConditional ? undefined : CONDITION.exec(piece)?.[0].length
  if (condition !== undefined) return { at: at + condition, isConditional: true }
  if (isConditional && piece.startsWith('*/')) return { at: at + 2, isConditional: false }
  if (!piece.startsWith('/*')) return undefined
  const end = bytes.indexOf('*/', at + 2)
  return { at: end < 0 ? bytes.length + 1 : end + 2, isConditional }
}

/** The place of the quote that ends what begins at `from`; a quote twice, and what stands after a backslash, are part of it. */
function endOfQuoted(bytes: Buffer, from: number): number | undefined {
  const quote = bytes[from]
  for (let at = from + 1; at < bytes.length; at += 1) {
    const code = bytes[at]
    if (code === BACKSLASH && quote !== BACKTICK) at += 1
    else if (code === quote && bytes[at + 1] === quote) at += 1
    else if (code === quote) return at
  }
  return undefined
}

/** What is between quotes: a name as UTF-8, a text byte by byte as latin1. */
function quotedText(inside: Buffer, quote: number): string {
  if (quote === BACKTICK) return inside.toString('utf8').replaceAll('``', '`')
  const mark = String.fromCharCode(quote)
  return inside.toString('latin1').replace(/\\([\s\S])|(''|"")/g, (both, escaped: string | undefined) => {
    if (escaped !== undefined) return ESCAPES[escaped] ?? escaped
    return both === mark + mark ? mark : both
  })
}

type Found = { readonly kind: Token['kind']; readonly value: string; readonly length: number }

function tokenIn(piece: string): Found | undefined {
  const hex = HEX.exec(piece) ?? HEX_QUOTED.exec(piece)
  if (hex !== null && hex[0].length < PIECE_LENGTH_MAX) return bytesOf(hex)
  const bits = BITS.exec(piece)
  if (bits !== null) return { kind: 'number', value: BigInt(`0b${bits[1] ?? bits[2]}`).toString(), length: bits[0].length }
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['word', WORD],
    ['sign', SIGN],
  ] as const) {
    const value = pattern.exec(piece)?.[0]
    if (value !== undefined && value.length < PIECE_LENGTH_MAX) return { kind, value, length: value.length }
  }
  return undefined
}

/** Bytes that are longer than what is looked at as one piece. */
function longHex(bytes: Buffer, at: number, piece: string): Found | undefined {
  if (!/^(?:0x|[xX]')[0-9a-fA-F]{64}/.test(piece)) return undefined
  let end = at + 2
  while (/[0-9a-fA-F]/.test(String.fromCharCode(bytes[end] ?? 0))) end += 1
  const text = bytes.toString('latin1', at, end + 1)
  const found = HEX.exec(text) ?? HEX_QUOTED.exec(text)
  return found === null ? undefined : bytesOf(found)
}

/** Hexadecimal digits as what they stand for; an odd one more is no number of bytes. */
function bytesOf([all, digits = '']: RegExpExecArray): Found | undefined {
  return digits.length % 2 === 0 ? { kind: 'bytes', value: Buffer.from(digits, 'hex').toString('latin1'), length: all.length } : undefined
}

const lineEnds = (bytes: Buffer): number => {
  let count = 0
  for (let at = bytes.indexOf(LINE_END); at >= 0; at = bytes.indexOf(LINE_END, at + 1)) count += 1
  return count
}
