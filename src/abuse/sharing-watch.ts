import { utcDayOf } from '../lib/index.ts'

/** Counts from how many places keys are used in a UTC day, on one node. */
export type SharingWatch = {
  /** Notes a call that was let in. `ipTag` is the number that its gateway tells addresses apart by; what is noted is nowhere but in memory. */
  readonly note: (call: SharedCall) => void
  /** Keys that were used from at least so many places today, and were not told of yet. */
  readonly atLeast: (places: number) => readonly UsedKey[]
  /** Those of some keys that were used here today, and were not told of yet. */
  readonly among: (keyIds: readonly string[]) => readonly UsedKey[]
  /** Forgets a key for this day, as it was told of. */
  readonly tell: (keyId: string) => void
}

/** A call as far as this counts it. */
export type SharedCall = { readonly keyId: string; readonly accountId: string; readonly ipTag: number }

/** A key with the places it was used from today on this node, each once, in the order they came; one more than are usual at most. */
export type UsedKey = { readonly keyId: string; readonly accountId: string; readonly places: readonly number[] }

const KEYS_MAX = 50_000

type Used = { readonly accountId: string; readonly places: Set<number> }

/** A watch by the time of its clock; with the UTC day all of it is forgotten. What comes after so many keys is not counted that day. */
export function makeSharingWatch(most: number, clock: { readonly now: () => number }): SharingWatch {
  let day = -1
  const used = new Map<string, Used | 'told'>()
  const turnDay = (): void => {
    const today = utcDayOf(clock.now())
    if (today !== day) used.clear()
    day = today
  }
  const shown = ([keyId, one]: readonly [string, Used | 'told' | undefined]): readonly UsedKey[] =>
    one === undefined || one === 'told' ? [] : [{ keyId, accountId: one.accountId, places: [...one.places] }]
  return {
    note: ({ keyId, accountId, ipTag }) => {
      turnDay()
      const known = used.get(keyId)
      if (known === 'told') return
      if (known !== undefined) {
        if (known.places.size <= most) known.places.add(ipTag)
      } else if (used.size < KEYS_MAX) used.set(keyId, { accountId, places: new Set([ipTag]) })
    },
    atLeast: (places) => {
      turnDay()
      return [...used].filter(([, one]) => one !== 'told' && one.places.size >= places).flatMap(shown)
    },
    among: (keyIds) => {
      turnDay()
      return keyIds.flatMap((keyId) => shown([keyId, used.get(keyId)]))
    },
    tell: (keyId) => void used.set(keyId, 'told'),
  }
}
