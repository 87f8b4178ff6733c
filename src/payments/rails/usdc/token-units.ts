import { NANO_USD_MAX, type NanoUsd } from '../../../lib/index.ts'

/** Decimals of a token whose every unit is a whole number of nano-USD. */
export const DECIMALS_MAX = 9

/** Nano-USD of a token's smallest units, exact: 6 decimals make a unit 1000 nano-USD. Undefined when it does not fit the books. */
export function nanoOfUnits(units: bigint, decimals: number): NanoUsd | undefined {
  const nano = units * 10n ** BigInt(DECIMALS_MAX - decimals)
  return nano > 0n && nano <= NANO_USD_MAX ? nano : undefined
}

/** The units that are at least so many nano-USD, as a payer has to send them: rounded up. */
export function unitsOfNano(nano: NanoUsd, decimals: number): bigint {
  const each = 10n ** BigInt(DECIMALS_MAX - decimals)
  return (nano + each - 1n) / each
}
