import type { CheckContext, Measured } from '../harness/index.ts'
import { ruledCalls } from '../ruled-calls.ts'

const DAY_MS = 86_400_000
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)
const EVIDENCE = { evidence: 'https://upstream.test/privacy', checked: daysAgo(3) }

/** What upstreams say of themselves; only the first one says all that has to be said. */
const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'zdr-right': { retention: 'none', training: 'no', country: 'DE', ...EVIDENCE },
  'zdr-keeps': { retention: '30 days', training: 'no', ...EVIDENCE },
  'zdr-trains': { retention: 'none', training: 'yes', ...EVIDENCE },
  'zdr-unknown': {},
  'zdr-half': { retention: 'none', ...EVIDENCE },
  'zdr-stale': { retention: 'none', training: 'no', evidence: EVIDENCE.evidence, checked: daysAgo(182) },
  'zdr-unproven': { retention: 'none', training: 'no' },
}

/** PRV-22: a key or a call that is for upstreams without retention reaches the one that says so with fresh evidence, whatever fails. */
export const zeroRetention = (context: CheckContext): Promise<Measured> =>
  ruledCalls(context, {
    upstreams: Object.fromEntries(Object.entries(LABELS).map(([id, privacy]) => [id, { privacy }])),
    right: 'zdr-right',
    routing: { zdr_only: true },
    headers: { 'x-farebox-zdr-only': '1' },
  })
