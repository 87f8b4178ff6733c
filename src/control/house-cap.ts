import type { NanoUsd } from '../lib/index.ts'
import type { SpendLimit } from '../spec/index.ts'

/** What bounds a key's spending besides what is written of the key. */
export type BindSpending = (keyId: string, limits: readonly SpendLimit[] | undefined) => readonly SpendLimit[] | undefined

/**
 * Gives each key that spends its account's balance and has no cap of its own the house's: so much a UTC day, in nano-USD; undefined: none. It
 * counts as the key's own, so that what was spent before one is set stays spent.
 */
export const houseCap =
  (cap: NanoUsd | undefined): BindSpending =>
  (keyId, limits) => {
    if (cap === undefined || limits?.some(({ owner, covers }) => owner === 'key' || covers) === true) return limits
    return [{ subjectId: keyId, owner: 'key', limit: cap, window: 'day', covers: false }, ...(limits ?? [])]
  }
