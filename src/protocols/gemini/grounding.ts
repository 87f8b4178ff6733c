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
 * Models up to 2.5 are charged for a grounded prompt, later ones for each query. Source:
 * https://ai.google.dev/gemini-api/docs/google-search#pricing (2026-11-26).
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

/** Counts the texts that lie in JSON arrays, one array after the other, while their bytes pass. */
function textCounter() {
  let told = 0
  /** Arrays and objects open right now; 0 when no array is being read. */
  let depth = 0
  let isInText = false
  let isEscaped = false
  const take = (byte: number): void => {
    if (isEscaped) isEscaped = false
    else if (byte === BACKSLASH) isEscaped = true
    else if (byte === QUOTE) {
      if (!isInText && depth === 1) told += 1
      isInText = !isInText
    } else if (!isInText) depth += nestingOf(byte)
  }
  const read = (bytes: Buffer, from: number): void => {
    let index = from
    do {
      take(bytes[index] as number)
      index += 1
    } while (depth > 0 && index < bytes.length)
  }
  return {
    begin: (bytes: Buffer, at: number): void => {
      if (bytes[at] === OPEN_BRACKET) read(bytes, at)
    },
    goOn: (bytes: Buffer): void => {
      if (depth > 0 && bytes.length > 0) read(bytes, 0)
    },
    told: () => told,
    reset: (): void => {
      told = 0
      depth = 0
      isInText = false
      isEscaped = false
    },
  }
}

/** What a byte outside of texts adds to the depth. */
function nestingOf(byte: number): number {
  if (byte === OPEN_BRACKET || byte === OPEN_BRACE) return 1
  return byte === CLOSE_BRACKET || byte === CLOSE_BRACE ? -1 : 0
}
