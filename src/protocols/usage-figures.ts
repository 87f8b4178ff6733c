import { readJson } from '../lib/index.ts'
import type { ServiceTier, Usage } from '../spec/index.ts'

/** Reads counts out of an upstream's usage object and remembers whether one was absurd. */
export type UsageFigures = {
  /** The count at `name`, or `earlier` when it is absent, null or absurd. */
  readonly read: (from: UsageObject | undefined, name: string, earlier: number | undefined) => number | undefined
  /** The same of a value that was looked up already: whoever names its field itself is quicker at it. */
  readonly count: (value: unknown, earlier: number | undefined) => number | undefined
  /** Notes that figures contradict each other. */
  readonly suspect: () => void
  readonly isSuspect: () => boolean
}

/** An object of a reply, of which nothing is known. */
export type UsageObject = Readonly<Record<string, unknown>>

/** Far more than any call can use, and so little that sums of two still fit the 32-bit fields they are written to. */
const COUNT_MAX = 1_000_000_000

/** Figures of one reply. */
export function usageFigures(): UsageFigures {
  let isSuspect = false
  const count: UsageFigures['count'] = (value, earlier) => {
    if (value === undefined || value === null) return earlier
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX) return value === 0 ? 0 : value
    isSuspect = true
    return earlier
  }
  return {
    read: (from, name, earlier) => count(from?.[name], earlier),
    count,
    suspect: () => {
      isSuspect = true
    },
    isSuspect: () => isSuspect,
  }
}

/** The JSON object that some bytes spell; undefined when they spell anything else. For small values only. */
export function parseObject(bytes: Buffer): UsageObject | undefined {
  try {
    return objectAt(readJson(bytes.toString()))
  } catch {
    return undefined
  }
}

/** A value if it is an object. */
export const objectAt = (value: unknown): UsageObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as UsageObject) : undefined

/** The text that the bytes of a short JSON string spell; undefined when they are anything else. */
export function parseText(bytes: Buffer): string | undefined {
  try {
    const value: unknown = readJson(bytes.toString())
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** The usage of one reply, merged over the objects that told it. */
export type ReplyUsage = {
  readonly add: (told: UsageObject) => void
  /** Undefined when no valid count came. */
  readonly usage: () => Usage | undefined
  readonly isSuspect: () => boolean
  /** The service tier that some word for it means. */
  readonly tierOf: (word: unknown) => ServiceTier | undefined
  /** The tier that a usage object told. */
  readonly serviceTier: () => ServiceTier | undefined
}

/** Gives out parts of a whole until nothing is left. */
export function taker(whole: number): (wanted: number) => number {
  let left = whole
  return (wanted) => {
    const taken = Math.min(wanted, left)
    left -= taken
    return taken
  }
}
