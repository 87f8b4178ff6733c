import type { Usage } from '../../spec/index.ts'
import { BACKSLASH, CLOSE_BRACKET, NOTHING, QUOTE } from '../json-bytes.ts'

/** Counts what the provider searched for, from the bytes of a reply as they pass. */
export type SearchCounter = {
  /** A list of queries begins at an offset of the reply. */
  readonly noteQueries: (start: number) => void
  /** The answer rests on a place of a map. */
  readonly noteMap: () => void
  /** Takes bytes that begin at an offset of the reply. */
  readonly pass: (bytes: Buffer, base: number) => void
  /** Forgets lists that go on, at the end of a text with offsets of its own. */
  readonly endText: () => void
  readonly usage: (model: string | undefined) => Pick<Usage, 'webSearches' | 'toolCalls'>
}

/** Root, candidates, candidate, its grounding; there the chunks, a chunk. */
export const QUERIES_DEPTH = 4
export const MAP_DEPTH = 6

/** Bytes of one list that are looked into. */
const LIST_BYTES_MAX = 65_536

/**
 * Models up to 2.5 are charged for a grounded prompt, later ones for each query. Source:
 * https://ai.google.dev/gemini-api/docs/google-search#pricing (2026-11-26).
 */
const CHARGED_BY_PROMPT = /^gemini-[12]\b/

/** A counter for one reply. Each event of a stream tells all queries so far, so the longest list counts. */
export function searchCounter(): SearchCounter {
  let starts: number[] = []
  let lists = new Map<number, Buffer>()
  let queries = 0
  let maps = 0
  const settle = (): void => {
    let told = 0
    for (const list of lists.values()) told += countTexts(list)
    queries = Math.max(queries, told)
  }
  return {
    noteQueries: (start) => starts.push(start),
    noteMap: () => {
      maps = 1
    },
    pass: (bytes, base) => {
      for (const start of starts) {
        const kept = lists.get(start) ?? NOTHING
        if (kept.length >= LIST_BYTES_MAX) continue
        const from = Math.max(0, start - base)
        lists.set(start, Buffer.concat([kept, bytes.subarray(from, from + LIST_BYTES_MAX - kept.length)]))
      }
    },
    endText: () => {
      settle()
      starts = []
      lists = new Map()
    },
    usage: (model) => {
      settle()
      return { webSearches: CHARGED_BY_PROMPT.test(model ?? '') ? Math.min(queries, 1) : queries, toolCalls: maps }
    },
  }
}

/** Texts of the JSON array that some bytes begin with. */
function countTexts(bytes: Buffer): number {
  let texts = 0
  let isInText = false
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]
    if (byte === BACKSLASH) index += 1
    else if (byte === QUOTE) {
      if (!isInText) texts += 1
      isInText = !isInText
    } else if (byte === CLOSE_BRACKET && !isInText) break
  }
  return texts
}
