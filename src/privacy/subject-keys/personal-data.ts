import { columnsOf, type PersonalDataEntry } from '../inventory.ts'

const tombstone = {
  table: 'erasure',
  category: 'identifier',
  subject: 'customer',
  purpose: 'to erase again who was erased, when an old backup is restored; a keyed value that names nobody',
  basis: 'legal-obligation',
  retention: '10 years',
  erase: 'keep',
  export: false,
  clauses: ['S2.15', 'S4.22'],
  owner: 'unknown',
} as const

/** What is kept of those who were erased. */
export const ERASURE_DATA: readonly PersonalDataEntry[] = columnsOf(tombstone, ['subject_tag', 'destroyed_at'])

const key = { category: 'secret', subject: 'customer', basis: 'contract', erase: 'delete', export: false, clauses: ['S2.15'] } as const

/** What the database of FAREBOX_KEYS_URL holds; it is compared with these as the main one is with its own. */
export const KEY_DATABASE_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...key, table: 'subject_key', purpose: 'to read what is sealed for a person, until it is erased', retention: 'account' }, [
    'subject_tag',
    'wrapped',
  ]),
  ...columnsOf({ ...key, table: 'day_key', purpose: 'to know an IP address again within a day', retention: '7 days' }, ['day', 'wrapped']),
  ...columnsOf(
    { ...key, table: 'keyring_mark', subject: 'nobody', purpose: 'to see that nodes have the same master keys', retention: 'catalogue' },
    ['mark'],
  ),
  ...columnsOf(
    { ...key, table: 'migration', category: 'none', subject: 'nobody', purpose: 'to know which migrations ran', retention: 'catalogue' },
    ['name', 'checksum', 'applied_at', 'runs_with_before'],
  ),
]
