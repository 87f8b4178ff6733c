import type { NanoUsd } from '../../lib/index.ts'
import type { Row } from './imported.ts'

/** Text of a column; undefined for none or an empty one. */
export function textIn(row: Row, column: string): string | undefined {
  const value = row[column]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
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

/** An element of a list as PostgreSQL writes it: in quotes, where a backslash stands before any sign, or bare. */
const ELEMENT = /(?:"((?:[^"\\]|\\.)*)"|([^",{}\\\s]+))(,|$)/y

/**
 * A list of texts: an array, JSON of one, or {a,"b c"} of PostgreSQL. Empty for none, undefined where it is nothing of that, so that nobody takes
 * it for none. Source: www.postgresql.org/docs/18/arrays.html#ARRAYS-IO (2026-11-27).
 */
export function listIn(row: Row, column: string): readonly string[] | undefined {
  const value = row[column] ?? []
  if (Array.isArray(value)) return textsOf(value)
  const text = typeof value === 'string' ? value.trim() : undefined
  if (text === undefined) return undefined
  if (text.startsWith('[')) return textsOf(parsed(text))
  const [, inside] = /^\{([\s\S]*)\}$/.exec(text) ?? []
  return inside === undefined ? undefined : elementsIn(inside)
}

/**
 * Whether a column that is JSON has nothing in it: none, {}, [] or null, as a value or as its text. What cannot be read is not nothing.
 */
export function isEmptyIn(row: Row, column: string): boolean {
  const value = valueIn(row, column)
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** An object of a column that is JSON, as a value or as its text. Empty for none, undefined where it is nothing of that. */
export function objectIn(row: Row, column: string): Row | undefined {
  const value = valueIn(row, column)
  if (value === null) return {}
  return typeof value === 'object' && !Array.isArray(value) ? (value as Row) : undefined
}

/** The value of a column that is JSON; null for none, undefined where its text is no JSON. */
function valueIn(row: Row, column: string): unknown {
  const value = row[column] ?? null
  if (typeof value !== 'string') return value
  return value.trim() === '' ? null : parsed(value)
}

const textsOf = (list: unknown): readonly string[] | undefined =>
  Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : undefined

function elementsIn(text: string): readonly string[] | undefined {
  const found: string[] = []
  ELEMENT.lastIndex = 0
  for (let at = 0; at < text.length; at = ELEMENT.lastIndex) {
    const [, quoted, bare = '', end] = ELEMENT.exec(text) ?? []
    const isLast = end === ''
    if (end === undefined || (quoted === undefined && bare.toUpperCase() === 'NULL') || (end === ',' && ELEMENT.lastIndex === text.length))
      return undefined
    found.push(quoted === undefined ? bare : quoted.replace(/\\(.)/gs, '$1'))
    if (isLast) break
  }
  return found
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
