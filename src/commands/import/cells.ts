import type { NanoUsd } from '../../lib/index.ts'
import type { Row } from './imported.ts'

/** Text of a column; undefined for none or an empty one. */
export function textIn(row: Row, column: string): string | undefined {
  const value = row[column]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** A whole number of a column that fits a limit; undefined for none, and for 0 or less, which mean no limit there. */
export function limitIn(row: Row, column: string): number | undefined {
  const text = textIn(row, column)
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

/** Whether a column says yes, as JSON, PostgreSQL and SQLite each say it. */
export const isTrue = (row: Row, column: string): boolean => ['true', 't', '1'].includes(String(row[column]))

/** Nano-USD of a decimal, such as a double is written, as whole ones: down, or `up` for what was spent. Undefined for none. */
export function nanoOfDecimal(text: string | undefined, way: 'down' | 'up' = 'down'): NanoUsd | undefined {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d{1,40})(?:\.(\d{1,60}))?(?:e([+-]?\d{1,2}))?$/i.exec(text ?? '') ?? []
  if (whole === '') return undefined
  const shift = 9 + Number(power) - fraction.length
  const digits = BigInt(`${sign}${whole}${fraction}`)
  if (shift >= 0) return digits * 10n ** BigInt(shift)
  const unit = 10n ** BigInt(-shift)
  // Division goes towards zero.
  const near = digits / unit
  const rest = digits - near * unit
  if (way === 'down') return rest < 0n ? near - 1n : near
  return rest > 0n ? near + 1n : near
}
