import type { Clock } from '../../lib/index.ts'

/** Reads something anew at most every so many milliseconds, as anybody may ask for public pages; what fails is not kept. */
export function freshFor<Value>(clock: Pick<Clock, 'monotonic'>, ms: number, read: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | undefined
  return () => {
    const at = clock.monotonic()
    if (kept !== undefined && at - kept.at < ms) return kept.value
    const value = read()
    kept = { at, value }
    value.catch(() => {
      if (kept?.value === value) kept = undefined
    })
    return value
  }
}
