import { MULTIPLIER_MAX, MULTIPLIER_ONE } from './price.ts'

const MULTIPLIER = /^(0|[1-9]\d{0,3})(?:\.(\d{0,5}[1-9]))?$/

/** A multiplier in millionths as people read it, with no zero too many: 1_250_000 → "1.25". */
export function formatMultiplier(millionths: number): string {
  if (millionths === MULTIPLIER_ONE) return '1'
  const fraction = String(millionths % MULTIPLIER_ONE)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${Math.floor(millionths / MULTIPLIER_ONE)}${fraction === '' ? '' : `.${fraction}`}`
}

/** The multiplier in millionths of a text that formatMultiplier can write; undefined for any other. */
export function parseMultiplier(text: string): number | undefined {
  const [, whole, fraction = ''] = MULTIPLIER.exec(text) ?? []
  const millionths = Number(whole) * MULTIPLIER_ONE + Number(fraction.padEnd(6, '0'))
  return millionths > 0 && millionths <= MULTIPLIER_MAX ? millionths : undefined
}
