import type { DeclaredEntry } from '../declared.ts'
import type { PersonalDataEntry } from '../inventory.ts'
import { EMPTY_INVENTORY } from '../testing.ts'
import type { Profile } from './clause.ts'
import type { PolicyFacts } from './facts.ts'
import { policySettingsOf } from './settings.ts'
import { subprocessorsOf } from './subprocessor.ts'

/** The time of tests. */
export const TEST_NOW = Date.parse('2026-11-26T12:00:00Z')

/** An entry that holds nothing of anybody. */
export const NOTHING: DeclaredEntry = {
  ...{ category: 'none', subject: 'nobody', purpose: 'nothing', basis: 'none', retention: 'process', erase: 'nothing', export: false },
  ...{ recipients: [], clauses: [] },
}

const column: PersonalDataEntry = {
  ...{ table: 'usage_event', column: 'cost', category: 'money', subject: 'customer', purpose: 'to charge for the call', basis: 'contract' },
  ...{ retention: '90 days', erase: 'delete', export: true, clauses: ['S1.4'] },
}

/** Facts of a small deployment: three columns, a provider of somebody else and one of its own. */
export const testFacts = (profile: Profile): PolicyFacts => ({
  settings: policySettingsOf(
    { profile, operator: 'Example Ltd', service: 'example.test', contact: [{ kind: 'email', value: 'privacy@example.test' }] },
    { isPublic: true, publicUrl: 'https://example.test' },
  ),
  inventory: {
    ...EMPTY_INVENTORY,
    logFields: { event: NOTHING },
    columns: [
      column,
      { ...column, column: 'shortfall', export: false },
      { ...column, table: 'account', column: 'email_sealed', category: 'contact', retention: 'account', erase: 'overwrite' },
      { ...column, table: 'transfer', column: 'amount', basis: 'legal-obligation', retention: '10 years', erase: 'keep' },
    ],
  },
  upstreams: subprocessorsOf(
    [
      { id: 'north', host: 'north.test', placement: 'third_party', privacy: { country: 'US' } },
      { id: 'cellar', host: '127.0.0.1', placement: 'local', privacy: {} },
    ],
    TEST_NOW,
  ),
  attestations: [],
  gatewayRecycleSeconds: 900,
  isEdgeOnly: false,
  noticeDays: 14,
  now: TEST_NOW,
})
