import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants'
import { readJson } from '../lib/index.ts'
import { BytePairs, PIECE_BYTES_MAX } from './byte-pairs.ts'
import { Vocabulary } from './vocabulary.ts'

/** Longest run that is tokenized in one piece. */
const PIECE_LENGTH = 1_000

/** Most bytes of one call's prompt that are really tokenized. */
export const COUNTED_BYTES_MAX = 65_536

const VOCABULARY = new Vocabulary(readFileSync(fileURLToPath(import.meta.resolve('gpt-tokenizer/data/o200k_base.tiktoken'))))
const PAIRS = new BytePairs(VOCABULARY)
/** A word, a number, a run of signs or of white space; every text is a row of such. */
const WORD = new RegExp(O200K_TOKEN_SPLIT_REGEX)
const UTF8 = new TextEncoder()
/** Most bytes of UTF-8 for each unit of a text. */
const UTF8_BYTES_MAX = 3
/** The word in hand; nothing once a text is counted. */
const BYTES = new Uint8Array(PIECE_BYTES_MAX)

/** Tokens of a text in the o200k_base vocabulary; what looks like a control token is text. Pieces may split a token at their edge, which counts it twice at most. */
export function countTokens(text: string): number {
  let tokens = 0
  for (let from = 0; from < text.length; from += PIECE_LENGTH) tokens += countPiece(text.slice(from, from + PIECE_LENGTH))
  BYTES.fill(0, 0, UTF8_BYTES_MAX * Math.min(text.length, PIECE_LENGTH))
  return tokens
}

function countPiece(text: string): number {
  let tokens = 0
  let from = 0
  WORD.lastIndex = 0
  while (WORD.test(text)) {
    tokens += PAIRS.count(BYTES, encode(text, from, WORD.lastIndex))
    from = WORD.lastIndex
  }
  return tokens
}

/** Writes a part of a text as UTF-8 into BYTES; returns how many bytes that is. */
function encode(text: string, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) return UTF8.encodeInto(text.slice(from, to), BYTES).written
    BYTES[at - from] = code
  }
  return to - from
}

/** Where a JSON string lies in a buffer, quotes included. */
export type StringSpan = { readonly start: number; readonly end: number }

/** Tokens of one JSON string of a reply's delta; a string beyond `COUNTED_BYTES_MAX` is estimated from its beginning. */
export function countString(bytes: Buffer, { start, end }: StringSpan): number {
  const length = end - start - 2
  if (length <= 0) return 0
  if (length <= COUNTED_BYTES_MAX) return countTokens(stringText(bytes, start + 1, end - 1))
  return Math.floor((countTokens(stringText(bytes, start + 1, start + 1 + COUNTED_BYTES_MAX)) * length) / COUNTED_BYTES_MAX)
}

/**
 * Tokens of one delta. A single character counts as one: how many it takes hangs on the text before it, which is gone, and on its own it
 * can take more than it truly did.
 */
export function countDelta(bytes: Buffer, span: StringSpan): number {
  const from = span.start + 1
  const to = span.end - 1
  if (to <= from) return 0
  if (isUncut(bytes, from, to) && VOCABULARY.rankOf(bytes, from, to) >= 0) return 1
  return to - from > COUNTED_BYTES_MAX ? countString(bytes, span) : countDeltaText(stringText(bytes, from, to))
}

/** The same of a delta that has been read from its JSON. */
export function countDeltaText(text: string): number {
  if (isCharacter(text)) return 1
  return text.length <= COUNTED_BYTES_MAX
    ? countTokens(text)
    : Math.floor((countTokens(text.slice(0, COUNTED_BYTES_MAX)) * text.length) / COUNTED_BYTES_MAX)
}

const isCharacter = (text: string): boolean => text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff)

/** Longer deltas are not looked up as they stand. */
const UNCUT_BYTES_MAX = 32
const [OTHER, BLANK, SIGN, CAPITAL, SMALL] = [0, 1, 2, 3, 4]
/** What each byte of a JSON string is where no escape begins with it and it is no part of a character. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  if (byte === 0x20) return BLANK
  if (/[A-Z]/.test(character)) return CAPITAL
  if (/[a-z]/.test(character)) return SMALL
  return /[!-/:-@[-`{-~]/.test(character) && character !== '\\' ? SIGN : OTHER
})

/**
 * Whether a text is one that WORD does not cut: capitals and then small letters, with a blank or a sign before them or not, or signs, with a blank
 * before them or not. Most deltas are, and a token each.
 */
function isUncut(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > UNCUT_BYTES_MAX) return false
  const first = KINDS[bytes[from] as number]
  const second = first === BLANK ? from + 1 : from
  let at = first === SIGN ? from + 1 : second
  const start = at
  while (at < to && KINDS[bytes[at] as number] === CAPITAL) at += 1
  while (at < to && KINDS[bytes[at] as number] === SMALL) at += 1
  if (at === to && at > start) return true
  at = second
  while (at < to && KINDS[bytes[at] as number] === SIGN) at += 1
  return at === to && at > second
}

/** Bytes of text that a token stands for on average. */
const BYTES_PER_TOKEN = 4

/** A count that an upstream's way to cut its text in pieces cannot inflate: pieces smaller than a token count as one each. */
export const leastTokens = (counted: number, bytes: number): number => Math.min(counted, Math.floor(bytes / BYTES_PER_TOKEN))

/** Tokens of many JSON strings; where they are more than `COUNTED_BYTES_MAX`, evenly spaced pieces stand for the rest. */
export function countStrings(bytes: Buffer, spans: readonly StringSpan[]): number {
  const total = spans.reduce((sum, { start, end }) => sum + end - start - 2, 0)
  const every = Math.max(1, Math.ceil(total / COUNTED_BYTES_MAX))
  if (every === 1) return spans.reduce((sum, span) => sum + countString(bytes, span), 0)
  let tokens = 0
  let piece = 0
  for (const { start, end } of spans) {
    for (let from = start + 1; from < end - 1; from += PIECE_LENGTH) {
      if (piece % every === 0) tokens += countTokens(stringText(bytes, from, Math.min(from + PIECE_LENGTH, end - 1)))
      piece += 1
    }
  }
  return tokens * every
}

/** The text between two offsets inside a JSON string; where a cut splits an escape, the bytes as they stand. */
function stringText(bytes: Buffer, from: number, to: number): string {
  const raw = bytes.toString('utf8', from, to)
  if (!raw.includes('\\')) return raw
  try {
    return readJson(`"${raw}"`) as string
  } catch {
    return raw
  }
}
