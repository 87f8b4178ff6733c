import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const house = { category: 'none', subject: 'nobody', basis: 'none', retention: '90 days', erase: 'keep', export: false } as const
const rail = {
  table: 'rail_entry',
  category: 'money',
  subject: 'customer',
  purpose: 'to see that what was paid is what was credited',
  basis: 'legitimate-interest',
  retention: '90 days',
  erase: 'keep',
  export: false,
  clauses: ['S1.6', 'S4.4'],
  owner: 'unknown',
} as const

/** What is kept of comparing the books: figures of the house by day, model and upstream, and payments by the name their rail has for them. */
export const RECONCILE_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...house, table: 'reconciliation', purpose: 'to see what the books and others tell differently' }, [
    'day',
    'part',
    'source',
    'report',
    'report_code',
    'ours',
    'theirs',
    'over_amount',
    'under_amount',
    'loss',
    'is_alarming',
    'checked_at',
  ]),
  ...columnsOf({ ...house, table: 'reconciliation_item', purpose: 'to say what it is that differs' }, [
    'day',
    'part',
    'source',
    'side',
    'ours_calls',
    'theirs_calls',
    'ours_input',
    'theirs_input',
    'ours_output',
    'theirs_output',
    'ours_amount',
    'theirs_amount',
  ]),
  {
    ...house,
    table: 'reconciliation_item',
    column: 'name',
    category: 'identifier',
    subject: 'customer',
    owner: 'unknown',
    basis: 'legitimate-interest',
    clauses: ['S1.6', 'S4.4'],
    purpose: 'to say which model differs, or which payment',
  },
  { ...rail, column: 'external_id', category: 'identifier' },
  ...columnsOf(rail, ['rail', 'day', 'amount', 'currency']),
  ...columnsOf({ ...house, table: 'rail_day', purpose: 'to know which days were listed' }, ['rail', 'day', 'listed_at']),
]
