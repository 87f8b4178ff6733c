import { utcDayOf } from '../lib/index.ts'

/** Counts from how many places keys are used in a UTC day. */
export type SharingWatch = {
  /** Notes a call that was let in. `ipTag` is the number that its gateway tells addresses apart by; what was noted is nowhere but in memory. */
  readonly note: (call: SharedCall) => void
  /** Keys that were used from more places than is usual since the last asking, each told once in a day. */
  readonly take: () => readonly SharedKey[]
}

/** A call as far as this counts it. */
export type SharedCall = { readonly keyId: string; readonly accountId: string; readonly ipTag: number }

/** A key that was used from so many addresses today, at least. */
export type SharedKey = { readonly keyId: string; readonly accountId: string; readonly addresses: number }

const KEYS_MAX = 50_000

/** A watch on one node, by the time of its clock; with the UTC day all of it is forgotten. What comes after so many keys is not counted that day. */
export function makeSharingWatch(most: number, clock: { readonly now: () => number }): SharingWatch {
  let day = -1
  let found: SharedKey[] = []
  const tags = new Map<string, Set<number> | 'told'>()
  return {
    note: ({ keyId, accountId, ipTag }) => {
      const today = utcDayOf(clock.now())
      if (today !== day) {
        tags.clear()
        day = today
      }
      const seen = tags.get(keyId)
      if (seen === 'told') return
      if (seen === undefined) {
        if (tags.size < KEYS_MAX) tags.set(keyId, new Set([ipTag]))
        return
      }
      if (seen.add(ipTag).size <= most) return
      tags.set(keyId, 'told')
      found.push({ keyId, accountId, addresses: seen.size })
    },
    take: () => {
      const taken = found
      found = []
      return taken
    },
  }
}
