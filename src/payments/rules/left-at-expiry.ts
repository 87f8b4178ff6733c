import type { NanoUsd } from '../../lib/index.ts'

/** Credit that was a gift, on a UTC day since 1970. */
export type Granted = { readonly id: string; readonly amount: NanoUsd; readonly day: number }

/** What an account was given, what it spent on each day, and how many days a gift lasts: to the end of the day that many days later. */
export type GiftHistory = {
  readonly granted: readonly Granted[]
  readonly spentOn: ReadonlyMap<number, NanoUsd>
  readonly days: number
}

/**
 * What is left of each gift at its expiry, by its id. Gifts are spent before money that was paid in, the oldest first; what is spent on a day
 * counts as spent after the gifts of that day.
 */
export function leftAtExpiry({ granted, spentOn, days }: GiftHistory): ReadonlyMap<string, NanoUsd> {
  const gifts = granted.toSorted((one, other) => one.day - other.day || (one.id < other.id ? -1 : 1))
  const left = new Map(gifts.map(({ id, amount }) => [id, amount]))
  for (const [day, spent] of [...spentOn].sort(([one], [other]) => one - other)) {
    let rest = spent
    for (const gift of gifts) {
      if (rest <= 0n) break
      if (gift.day > day || gift.day + days < day) continue
      const has = left.get(gift.id) ?? 0n
      const taken = has < rest ? has : rest
      left.set(gift.id, has - taken)
      rest -= taken
    }
  }
  return left
}
