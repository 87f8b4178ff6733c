import type { Database } from '../../src/db/index.ts'
import { INVENTORY } from '../../src/inventory.ts'
import { systemClock } from '../../src/lib/index.ts'
import {
  type CheckResult,
  CLAUSES,
  checksOf,
  openPolicyDesk,
  type PolicyDesk,
  type PolicyDeskOptions,
  type PolicyFacts,
  PROFILES,
  type Profile,
  policySettingsOf,
  subprocessorsOf,
  type UpstreamInUse,
} from '../../src/privacy/index.ts'

/** When the facts of checks hold. */
export const NOW = Date.parse('2026-11-26T12:00:00Z')

/** An upstream of somebody else whose label is fresh, and one of our own. */
export const UPSTREAMS: readonly UpstreamInUse[] = [
  {
    id: 'north',
    host: 'api.north.test',
    placement: 'third_party',
    privacy: { retention: '30 days', training: 'no', country: 'US', evidence: 'https://north.test/privacy', checked: '2026-10-01' },
  },
  { id: 'cellar', host: '127.0.0.1:9000', placement: 'local', privacy: { retention: 'none', training: 'no', country: 'IE' } },
]

/** Settings of a public deployment. */
export const settingsOf = (profile: Profile) =>
  policySettingsOf(
    { profile, operator: 'Example Ltd, Dublin', service: 'example.test', contact: [{ kind: 'email', value: 'privacy@example.test' }] },
    { isPublic: true, publicUrl: 'https://example.test' },
  )

/** What a policy of the real inventory is compiled from. */
export const factsOf = (profile: Profile, changed: Partial<PolicyFacts> = {}): PolicyFacts => ({
  settings: settingsOf(profile),
  inventory: INVENTORY,
  upstreams: subprocessorsOf(UPSTREAMS, NOW),
  attestations: [],
  gatewayRecycleSeconds: 900,
  isEdgeOnly: true,
  noticeDays: 14,
  now: NOW,
  ...changed,
})

/** A line of results.jsonl of a check that passed. */
export const passedLine = (id: string, changed: Partial<CheckResult> = {}): CheckResult => ({
  ...{ id, n: 100, failures: 0, seed: 1, tier: 'pr', commit: 'abc1234', at: '2026-11-25T12:00:00.000Z', measured: {} },
  ...changed,
})

/** Every check that a clause asks for. */
export const CLAUSE_CHECKS: readonly string[] = [...new Set(CLAUSES.flatMap((clause) => checksOf(clause, CLAUSES)))].sort()

/** results.jsonl in which all of them passed, but for those that are given. */
export const resultsText = (changed: Readonly<Record<string, Partial<CheckResult>>> = {}): string =>
  CLAUSE_CHECKS.map((id) => JSON.stringify(passedLine(id, changed[id]))).join('\n')

export { PROFILES }

/** A desk over a database, of a deployment without upstreams and results. */
export const quietDesk = (database: Database, changed: Partial<PolicyDeskOptions> = {}): PolicyDesk =>
  openPolicyDesk({
    ...{
      database,
      inventory: INVENTORY,
      settings: settingsOf('strict'),
      gatewayRecycleSeconds: 900,
      isEdgeOnly: true,
      attestationFolder: undefined,
    },
    ...{ listInUse: async () => [], readProof: () => [], clock: systemClock },
    ...changed,
  })
