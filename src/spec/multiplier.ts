import { MULTIPLIER_MAX } from './price.ts'

const DECIMAL = /^(\d{1,4})(?:\.(\d{1,6}))?$/

/** What people read when a multiplier is not one. */
export const MULTIPLIER_EXPECTED = 'a decimal string above 0 and up to 1000 with at most 6 decimals, such as "0.9"'

/** Parses a multiplier ("0.9") to millionths; undefined when it is anything else than a decimal above 0 and up to 1000. */
export function parseMultiplier(text: string): number | undefined {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const millionths = Number(match[1] ?? '0') * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0'))
  return millionths > 0 && millionths <= MULTIPLIER_MAX ? millionths : undefined
}

/** Writes millionths as a decimal string with no more decimals than are true: 900000 → "0.9". */
export function formatMultiplier(millionths: number): string {
  const digits = millionths.toString().padStart(7, '0')
  const fraction = digits.slice(-6).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -6) : `${digits.slice(0, -6)}.${fraction}`
}
