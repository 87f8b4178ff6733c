import type { Usage } from '../../spec/index.ts'
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, NOTHING, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../json-bytes.ts'

/** Counts what the provider searched for, from the bytes of a reply as they pass, of which it keeps and copies none. */
export type SearchCounter = {
  /** The bytes that are read next, which begin at an offset of the reply; a list that goes on is read in them first. */
  readonly begin: (bytes: Buffer, base: number) => void
  /** A list of queries begins at an offset of the reply, within those bytes; it is read as far as they go. */
  readonly noteQueries: (start: number) => void
  /** The answer rests on a place of a map. */
  readonly noteMap: () => void
  /** Those bytes are read. */
  readonly end: () => void
  /** Forgets a list that goes on, at the end of a text with offsets of its own. */
  readonly endText: () => void
  readonly usage: (model: string | undefined) => Pick<Usage, 'webSearches' | 'toolCalls'>
}

/** Root, candidates, candidate, its grounding; there the chunks, a chunk. */
export const QUERIES_DEPTH = 4
export const MAP_DEPTH = 6

/**
 * Models up to 2.5 are charged for a grounded prompt, later ones for each query that is not empty, once. Source:
 * https://ai.google.dev/gemini-api/docs/google-search#pricing (2026-11-30).
 */
const CHARGED_BY_PROMPT = /^gemini-[12]\b/

/** A counter for one reply. Each event of a stream tells all queries so far, so the longest list counts. */
export function searchCounter(): SearchCounter {
  const texts = textCounter()
  let current: Buffer = NOTHING
  let currentBase = 0
  let queries = 0
  let maps = 0
  const settle = (): void => {
    queries = Math.max(queries, texts.told())
  }
  return {
    begin: (bytes, base) => {
      current = bytes
      currentBase = base
      texts.goOn(bytes)
    },
    noteQueries: (start) => texts.begin(current, start - currentBase),
    noteMap: () => {
      maps = 1
    },
    end: () => {
      current = NOTHING
    },
    endText: () => {
      settle()
      texts.reset()
    },
    usage: (model) => {
      settle()
      return { webSearches: CHARGED_BY_PROMPT.test(model ?? '') ? Math.min(queries, 1) : queries, toolCalls: maps }
    },
  }
}

/** So many texts of a list are told apart: more than any call may search for. Beyond them each counts, so that nothing grows with a list. */
const APART_MAX = 1_000

/**
 * Counts the texts that lie in JSON arrays, one array after the other, while their bytes pass: in each array what is not empty, and each text
 * once. What is kept of one is a hash.
 */
function textCounter() {
  const met = new Set<number>()
  const text = passingText()
  let told = 0
  /** Arrays and objects open right now; 0 when no array is being read. */
  let depth = 0
  let isInText = false
  const endText = (): void => {
    isInText = false
    if (depth !== 1 || text.isEmpty() || met.has(text.hash())) return
    told += 1
    if (met.size < APART_MAX) met.add(text.hash())
  }
  const read = (bytes: Buffer, from: number): void => {
    let index = from
    do {
      if (isInText) {
        index = text.pass(bytes, index)
        if (index < bytes.length) endText()
      } else if (bytes[index] === QUOTE) {
        isInText = true
        text.begin()
      } else depth += nestingOf(bytes[index] as number)
      index += 1
    } while (depth > 0 && index < bytes.length)
  }
  return {
    begin: (bytes: Buffer, at: number): void => {
      if (bytes[at] !== OPEN_BRACKET) return
      met.clear()
      read(bytes, at)
    },
    goOn: (bytes: Buffer): void => {
      if (depth > 0 && bytes.length > 0) read(bytes, 0)
    },
    told: () => told,
    reset: (): void => {
      told = 0
      depth = 0
      isInText = false
    },
  }
}

/** A text while its bytes pass, and a hash of them of 53 bits: there are few, and nobody who makes them gains by two that are alike. */
function passingText() {
  let isEmpty = true
  let isEscaped = false
  let [upper, lower] = [0, 0]
  return {
    begin: (): void => {
      isEmpty = true
      isEscaped = false
      upper = 0x811c9dc5
      lower = 0
    },
    /** Reads up to the quote that ends it; returns where that is, or how many bytes there are. */
    pass: (bytes: Buffer, from: number): number => {
      let [high, low, escaped] = [upper, lower, isEscaped]
      let index = from
      for (; index < bytes.length; index += 1) {
        const byte = bytes[index] as number
        if (byte === QUOTE && !escaped) break
        escaped = byte === BACKSLASH && !escaped
        high = Math.imul(high ^ byte, 0x01000193)
        low = (Math.imul(low, 31) + byte) | 0
      }
      isEmpty &&= index === from
      upper = high
      lower = low
      isEscaped = escaped
      return index
    },
    isEmpty: () => isEmpty,
    hash: () => (upper >>> 0) * 2 ** 21 + (lower & 0x1f_ffff),
  }
}

/** What a byte outside of texts adds to the depth. */
function nestingOf(byte: number): number {
  if (byte === OPEN_BRACKET || byte === OPEN_BRACE) return 1
  return byte === CLOSE_BRACKET || byte === CLOSE_BRACE ? -1 : 0
}
