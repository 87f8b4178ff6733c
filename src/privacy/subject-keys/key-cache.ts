import type { Clock } from '../../lib/index.ts'

/** Keys that were read a moment ago, by the name of their subject. */
export type KeyCache = {
  /** The key that is kept; else what `read` gives, which is asked once for all that wait for it, and kept unless it is undefined. */
  readonly get: (name: string, read: () => Promise<Buffer | undefined>) => Promise<Buffer | undefined>
  /** Keeps the key of a name no longer, nor one that is being read now. */
  readonly forget: (name: string) => void
}

/** How many keys, and for how many milliseconds; what another node destroyed can be used here no longer than that. */
export type CacheBounds = { readonly sizeMax: number; readonly keptMs: number }

type Entry = { readonly key: Promise<Buffer | undefined>; readonly until: number }

/** A cache of bounded size and time; the oldest entry makes room. */
export function keyCache(clock: Pick<Clock, 'monotonic'>, { sizeMax, keptMs }: CacheBounds): KeyCache {
  const entries = new Map<string, Entry>()
  const dropIf = (name: string, entry: Entry): void => {
    if (entries.get(name) === entry) entries.delete(name)
  }
  return {
    get: async (name, read) => {
      const known = entries.get(name)
      if (known !== undefined && known.until > clock.monotonic()) return await known.key
      entries.delete(name)
      const oldest = entries.size >= sizeMax ? entries.keys().next().value : undefined
      if (oldest !== undefined) entries.delete(oldest)
      const entry = { key: read(), until: clock.monotonic() + keptMs }
      entries.set(name, entry)
      try {
        const key = await entry.key
        if (key === undefined) dropIf(name, entry)
        return key
      } catch (thrown) {
        dropIf(name, entry)
        throw thrown
      }
    },
    forget: (name) => void entries.delete(name),
  }
}
