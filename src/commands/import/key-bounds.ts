import { IP_RANGES_MAX, type SpendCap } from '../../keys/index.ts'
import { type NanoUsd, type Network, parseNetwork } from '../../lib/index.ts'
import { textIn } from './cells.ts'
import type { Row } from './imported.ts'

/** A bound that is read: what it is, undefined for none; or why a key that has it is not taken over, as without it it could do more here than there. */
export type Bound<T> = { readonly is: T | undefined } | { readonly why: string }

const CAP_MAX = 1_000_000_000_000_000n

/** What a key may still spend: undefined where it has no bound of its own, nothing where it is used up. */
export function capOf(left: NanoUsd, window: SpendCap['window']): Bound<SpendCap> {
  if (left <= 0n) return { why: 'it is used up there' }
  return { is: { amount: left < CAP_MAX ? left : CAP_MAX, window } }
}

/** The most that a limit of a key can be here. */
const LIMIT_MAX = 999_999_999

/** A limit of calls or tokens in a column; where one is told that is no limit here, the key is not taken over, as without it it could do more. */
export function limitIn(row: Row, column: string): Bound<number> {
  const told = row[column] ?? ''
  const text = typeof told === 'string' ? told.trim() : undefined
  if (text === '') return { is: undefined }
  if (text === '0') return { why: `it may call nothing there, as its ${column} is 0` }
  if (text !== undefined && /^[1-9]\d{0,8}$/.test(text)) return { is: Number(text) }
  return { why: `its ${column} cannot be read, or is above ${LIMIT_MAX.toLocaleString('en')}` }
}

/** Where a key may be called from, of columns with addresses and ranges between commas or line ends. */
export function rangesIn(row: Row, columns: readonly string[]): Bound<readonly Network[]> {
  const texts = columns.flatMap((column) => (textIn(row, column) ?? '').split(/[\s,]+/)).filter((text) => text !== '')
  const ranges = texts.flatMap((text) => parseNetwork(text) ?? [])
  if (ranges.length < texts.length || ranges.length > IP_RANGES_MAX) return { why: 'where it may be called from cannot be read' }
  return { is: ranges.length === 0 ? undefined : ranges }
}

/** The reason why a key is not taken over that the first of its bounds has; undefined where all are read. */
export function reasonIn(bounds: readonly Bound<unknown>[]): string | undefined {
  for (const bound of bounds) if ('why' in bound) return bound.why
  return undefined
}

/** What a bound is, once it is known to be read. */
export const boundOf = <T>(bound: Bound<T>): T | undefined => ('is' in bound ? bound.is : undefined)
