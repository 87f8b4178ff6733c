import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const alarm = {
  table: 'key_alarm',
  subject: 'customer',
  basis: 'legitimate-interest',
  retention: '90 days',
  erase: 'delete',
  export: true,
  clauses: ['S0.12', 'S1.14', 'S2.9'],
  owner: [{ column: 'account_id' }],
} as const

const address = {
  ...alarm,
  ...({ table: 'key_address', category: 'identifier', retention: '24 hours', export: false } as const),
  ...({
    clauses: ['S0.3', 'S0.12', 'S1.14', 'S2.9', 'S4.6', 'S4.9'],
    purpose: 'to count from how many addresses a key is used on all nodes',
  } as const),
} as const

/** What is kept of alarms over keys: counts and amounts. */
export const ABUSE_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...alarm, category: 'identifier', purpose: 'to tell alarms apart, and which key they are about' }, [
    'id',
    'account_id',
    'key_id',
  ]),
  ...columnsOf({ ...alarm, category: 'usage', purpose: 'to tell an owner of a key in the hands of others, once' }, [
    'kind',
    'amount',
    'addresses',
    'is_paused',
    'raised_at',
    'told_at',
    'tries',
    'next_try_at',
  ]),
  // A hash under a key of its day, of keys alone that may be in many hands.
  ...columnsOf(address, ['day', 'key_id', 'account_id', 'tag']),
]
