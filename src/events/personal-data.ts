import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const happened = {
  table: 'account_event',
  subject: 'customer',
  basis: 'contract',
  retention: '7 days',
  erase: 'delete',
  export: true,
  clauses: ['S0.13', 'S1.13'],
  owner: [{ column: 'account_id' }],
} as const

/** What is kept for a week of what happened to accounts, so that their owners are told. */
export const EVENT_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...happened, category: 'identifier', purpose: 'to know whom to tell' }, ['id', 'account_id', 'reference']),
  ...columnsOf({ ...happened, category: 'usage', purpose: 'to tell the owner of an account what happened to it, once' }, [
    'kind',
    'data',
    'created_at',
    'hooked_at',
    'told_at',
    'tries',
    'next_try_at',
  ]),
]
