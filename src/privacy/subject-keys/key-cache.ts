import type { Clock } from '../../lib/index.ts'

/** Keys that were read a moment ago, by the name of their subject. */
export type KeyCache = {
  readonly get: (name: string) => Buffer | undefined
  /** Keeps what `read` gives, unless the name was forgotten while it read. */
  readonly fill: (name: string, read: () => Promise<Buffer | undefined>) => Promise<Buffer | undefined>
  /** Keeps the key of a name no longer, nor one that is being read now. */
  readonly forget: (name: string) => void
}

/** How many keys, and for how many milliseconds; what another node destroyed can be used here no longer than that. */
export type CacheBounds = { readonly sizeMax: number; readonly keptMs: number }

/** A cache of bounded size and time; the oldest entry makes room. */
export function keyCache(clock: Pick<Clock, 'monotonic'>, { sizeMax, keptMs }: CacheBounds): KeyCache {
  const kept = new Map<string, { readonly key: Buffer; readonly until: number }>()
  let forgotten = 0
  const forget = (name: string): void => {
    forgotten += 1
    kept.delete(name)
  }
  return {
    get: (name) => {
      const found = kept.get(name)
      if (found === undefined || found.until > clock.monotonic()) return found?.key
      kept.delete(name)
      return undefined
    },
    fill: async (name, read) => {
      const before = forgotten
      const key = await read()
      if (key === undefined || before !== forgotten) return key
      const oldest = kept.size >= sizeMax ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
      kept.set(name, { key, until: clock.monotonic() + keptMs })
      return key
    },
    forget,
  }
}
