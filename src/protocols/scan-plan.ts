import { KeyTable } from './json-keys.ts'

/** Deepest nesting of a request, the most object keys it may have, and values, which in lists have no keys. */
export const DEPTH_MAX = 64
export const KEYS_MAX = 50_000
/** More than the tokens of the largest list of embeddings that is taken. Source: https://platform.openai.com/docs/api-reference/embeddings (2026-11-27). */
export const VALUES_MAX = 500_000

/** Longest number of a request that is read on: no reader has use for more digits. */
export const NUMBER_BYTES_MAX = 1_000

/**
 * Told of a marked key below the root object: for a string its offsets from quote to quote, for an object or array its first byte twice.
 * Numbers and literals are not told.
 */
export type OnMark = (mark: number, start: number, end: number) => void

/** What a scan looks for; made once and shared by all scanners of a kind. */
export type ScanPlan = {
  readonly fields: KeyTable
  /** -1 for each of the fields: where they lie before anything was read. */
  readonly absent: readonly number[]
  readonly marks: KeyTable
  readonly depthMax: number
  readonly keysMax: number
  readonly valuesMax: number
  /** Replies: a repeated field overwrites, and keys spelled in other case are not ours. */
  readonly isLenient: boolean
  /** Values of wanted fields up to this many bytes are kept while chunks pass; 0 keeps none. */
  readonly captureBytesMax: number
}

/** A plan for `fields` of the root object and `marks` at any depth below it. */
export function scanPlan(wanted: {
  readonly fields: readonly string[]
  readonly marks?: readonly string[]
  readonly isLenient?: boolean
  readonly captureBytesMax?: number
}): ScanPlan {
  const isLenient = wanted.isLenient ?? false
  return {
    fields: new KeyTable(wanted.fields),
    absent: wanted.fields.map(() => -1),
    marks: new KeyTable(wanted.marks ?? []),
    depthMax: isLenient ? 1_000 : DEPTH_MAX,
    keysMax: isLenient ? Number.POSITIVE_INFINITY : KEYS_MAX,
    valuesMax: isLenient ? Number.POSITIVE_INFINITY : VALUES_MAX,
    isLenient,
    captureBytesMax: wanted.captureBytesMax ?? 0,
  }
}
