import type { Check } from '../../harness/index.ts'
import type { TargetName } from './targets/index.ts'

/** What each target promises, counts, and counts to: before a merge and every night. */
const TARGETS = {
  sse: ['streams of events are told alike however they are cut, as the standard says, and never at length', 'events', 30_000, 10_000_000],
  json: ['bodies of requests are refused by name or have exact bounds, and can be said to each upstream', 'bodies', 1_500, 1_000_000],
  raw: [
    'with the fast path before it, node:http reads the same requests off a connection, and answers each once',
    'connections',
    1_500,
    1_000_000,
  ],
  usage: ['what replies tell of usage is a count that fits or none, alike however the reply was cut', 'replies', 1_500, 1_000_000],
  webhooks: [
    'deliveries that a rail did not sign do nothing, others name an object at most, and nothing of them is logged',
    'deliveries',
    1_000,
    200_000,
  ],
  'evm-logs': ['what an endpoint says of a chain becomes exactly the transfers that it tells, or a named error', 'answers', 2_000, 200_000],
  config: ['a configuration is taken whole or every problem is named with its place and no secret', 'files', 300, 50_000],
} as const satisfies Readonly<Record<TargetName, readonly [title: string, unit: string, pr: number, nightly: number]>>

/** SEC-15: one check for each target. */
export const FUZZ_CHECKS: readonly Check[] = Object.entries(TARGETS).map(([name, [title, unit, pr, nightly]]) => ({
  id: `SEC-15-${name}`,
  title: `no bytes make a reader throw, hang or swell: ${title}`,
  unit,
  sizes: { pr, nightly, release: nightly },
  load: async () => (await import('./index.ts')).fuzzed(name as TargetName),
}))
