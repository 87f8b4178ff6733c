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
  ]),
]
