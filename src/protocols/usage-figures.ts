import { readJson } from '../lib/index.ts'
import type { ServiceTier, Usage } from '../spec/index.ts'
import { BACKSLASH, OPEN_BRACE, QUOTE } from './json-bytes.ts'

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

/** Whether a value can be a count. */
export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX

/** Figures of one reply. */
export function usageFigures(): UsageFigures {
  let isSuspect = false
  const count: UsageFigures['count'] = (value, earlier) => {
    if (value === undefined || value === null) return earlier
    if (isCount(value)) return value === 0 ? 0 : value
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

/** Tells a usage the object that some bytes of valid JSON spell, if it is one. */
export function addTold(usage: ReplyUsage, bytes: Buffer): void {
  if (bytes[0] !== OPEN_BRACE || usage.addPlain?.(bytes) === true) return
  const told = parseObject(bytes)
  if (told !== undefined) usage.add(told)
}

/** A value if it is an object. */
export const objectAt = (value: unknown): UsageObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as UsageObject) : undefined

/** The text that the bytes of a JSON value spell, which is valid; undefined when it is none. */
export const parseText = (bytes: Buffer): string | undefined => textAt(bytes, 0, bytes.length)

/** The same of a value that lies within some bytes. */
export function textAt(bytes: Buffer, start: number, end: number): string | undefined {
  if (isPlainText(bytes, start, end)) return bytes.toString('utf8', start + 1, end - 1)
  try {
    const value: unknown = readJson(bytes.toString('utf8', start, end))
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a value is a text without escapes: one that stands for itself. */
function isPlainText(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] === BACKSLASH) return false
  return end - start > 1 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE
}

/** The usage of one reply, merged over the objects that told it. */
export type ReplyUsage = {
  readonly add: (told: UsageObject) => void
  /** Adds an object by the bytes of its JSON, which is valid; false where it has to be parsed for `add`. Absent where all have. */
  readonly addPlain?: (bytes: Buffer) => boolean
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
