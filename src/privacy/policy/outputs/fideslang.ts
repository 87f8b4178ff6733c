import type { DataCategory, PersonalDataEntry } from '../../inventory.ts'
import type { PolicyFacts } from '../facts.ts'
import { type KeptItem, keptItems } from '../kept-list.ts'
import { type YamlValue, yamlText } from './yaml-text.ts'

/**
 * The data map in the language of Fides: an organization, a dataset with a collection for each table, and a system with a declaration for
 * each purpose. Source: github.com/IABTechLab/fideslang, src/fideslang/models.py and default_taxonomy, of 2025-05-14, read 2026-11-26.
 */
export function fideslangYaml(facts: PolicyFacts): string {
  const { settings, inventory, upstreams } = facts
  const tables = Map.groupBy(inventory.columns, ({ table }) => table)
  return yamlText({
    organization: [{ fides_key: 'operator', name: settings.operator ?? settings.service, description: `Runs ${settings.service}.` }],
    dataset: [
      {
        fides_key: 'farebox_database',
        organization_fides_key: 'operator',
        name: 'Database of Farebox',
        description: 'Everything that is kept. No prompt and no answer is in it.',
        collections: [...tables].map(([table, columns]) => ({ name: table, fields: columns.map(fieldOf) })).toSorted(byName),
      },
    ],
    system: [
      {
        fides_key: 'farebox',
        organization_fides_key: 'operator',
        name: settings.service,
        description: 'Passes calls to models on, and charges for them.',
        system_type: 'Service',
        egress: upstreams.map(({ name, placement }) => ({
          fides_key: keyOf(name),
          type: 'system',
          data_categories: placement === 'third_party' ? ['user.content.private'] : [],
        })),
        privacy_declarations: [...Map.groupBy(keptItems(inventory), ({ purpose }) => purpose)].map(declarationOf).toSorted(byName),
      },
      ...upstreams.map(({ name, host }) => ({
        fides_key: keyOf(name),
        organization_fides_key: 'operator',
        ...{ name, description: `Answers calls at ${host}.`, system_type: 'Third party', privacy_declarations: [] },
      })),
    ],
  })
}

type Named = { readonly name: string }
const byName = (a: Named, b: Named): number => (a.name < b.name ? -1 : 1)

const keyOf = (name: string): string => `upstream_${name.replaceAll(/[^\w.<>-]/g, '_')}`

const fieldOf = (entry: PersonalDataEntry): { readonly [key: string]: YamlValue } => ({
  name: entry.column,
  description: entry.purpose,
  data_categories: [categoryOf(entry)],
})

const CATEGORIES: Readonly<Record<DataCategory, string>> = {
  content: 'user.content.private',
  contact: 'user.contact.email',
  credential: 'user.authorization.credentials',
  identifier: 'user.unique_id.pseudonymous',
  preference: 'user.account.settings',
  usage: 'user.behavior',
  money: 'user.financial',
  'free-text': 'user.account',
  secret: 'system.authentication',
  none: 'system.operations',
}

const categoryOf = ({ category, subject }: Pick<PersonalDataEntry, 'category' | 'subject'>): string =>
  subject === 'nobody' ? 'system.operations' : CATEGORIES[category]

const BASES: Readonly<Record<Exclude<PersonalDataEntry['basis'], 'none'>, string>> = {
  contract: 'Contract',
  'legal-obligation': 'Legal obligations',
  'legitimate-interest': 'Legitimate interests',
}

function declarationOf([purpose, items]: readonly [string, readonly KeptItem[]]): Named & { readonly [key: string]: YamlValue } {
  const [first] = items
  const basis = first === undefined || first.basis === 'none' ? undefined : BASES[first.basis]
  return {
    name: purpose,
    data_categories: [...new Set(items.map(categoryOf))],
    data_use: useOf(items),
    data_subjects: [...new Set(items.map(({ subject }) => (subject === 'operator' ? 'supplier_vendor' : 'customer')))],
    dataset_references: ['farebox_database'],
    ...(basis === undefined ? {} : { legal_basis_for_processing: basis }),
    retention_period: [...new Set(items.map(({ retention }) => retention))].join(', '),
    data_shared_with_third_parties: items.some(({ recipients }) => recipients.length > 0),
  }
}

/** What data is used for, in the words of the taxonomy. */
function useOf(items: readonly KeptItem[]): string {
  const has = (test: (item: KeptItem) => boolean): boolean => items.some(test)
  if (has(({ category }) => category === 'credential' || category === 'secret')) return 'essential.service.authentication'
  if (has(({ category }) => category === 'money')) return 'essential.service.payment_processing'
  if (has(({ basis }) => basis === 'legal-obligation')) return 'essential.legal_obligation'
  return has(({ category }) => category === 'contact') ? 'essential.service.notifications.email' : 'essential.service'
}
