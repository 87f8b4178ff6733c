import type { Check } from '../../harness/index.ts'
import type { TargetName } from './targets/index.ts'

/** What each target promises, counts, and counts to: before a merge and every night. */
const TARGETS = {
  sse: ['streams of events are told alike however they are cut, as the standard says, and never at length', 'events', 40_000, 10_000_000],
  json: ['bodies of requests are refused by name or have exact bounds, and can be said to each upstream', 'bodies', 1_500, 1_000_000],
  raw: ['with the fast path before it, node:http reads the same requests off a connection, and answers each once', 'connections', 1_500, 1_000_000],
} as const satisfies Readonly<Record<TargetName, readonly [title: string, unit: string, pr: number, nightly: number]>>

/** SEC-15: one check for each target. */
export const FUZZ_CHECKS: readonly Check[] = Object.entries(TARGETS).map(([name, [title, unit, pr, nightly]]) => ({
  id: `SEC-15-${name}`,
  title: `no bytes make a reader throw, hang or swell: ${title}`,
  unit,
  sizes: { pr, nightly, release: nightly },
  load: async () => (await import('./index.ts')).fuzzed(name as TargetName),
}))
