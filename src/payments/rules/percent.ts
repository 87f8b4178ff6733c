import type { NanoUsd } from '../../lib/index.ts'

/** Hundredths of a percent: 250 is 2.5 %. */
export type BasisPoints = bigint

/** A percentage as farebox.yaml has it, more than 0 and at most 100 with at most 2 decimals; undefined for anything else. */
export function parsePercent(text: string): BasisPoints | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text)
  if (match === null) return undefined
  const points = BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
  return points > 0n && points <= 10_000n ? points : undefined
}

/** A part of an amount, rounded down to the nano-dollar: what is given away is never more than was promised. */
export const shareOf = (amount: NanoUsd, points: BasisPoints): NanoUsd => (amount * points) / 10_000n
