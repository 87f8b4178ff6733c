import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const entry = {
  table: 'audit_entry',
  basis: 'legal-obligation',
  retention: '10 years',
  erase: 'keep',
  clauses: ['S0.18', 'S2.12'],
  owner: [{ column: 'account_id' }],
} as const
const house = { category: 'none', subject: 'nobody', basis: 'none', retention: '10 years', erase: 'keep', export: false } as const

/** What is kept of operators' accesses: who, when, which door, whose account. Nothing of what was read. */
export const AUDIT_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf(
    { ...entry, category: 'usage', subject: 'customer', purpose: 'to show people who looked at what is kept of them', export: true },
    ['serial', 'at', 'action'],
  ),
  { ...entry, column: 'account_id', category: 'identifier', subject: 'customer', purpose: 'to say whose data was looked at', export: true },
  { ...entry, column: 'actor', category: 'identifier', subject: 'operator', purpose: 'to say who looked', export: true },
  { ...entry, column: 'hash', category: 'none', subject: 'nobody', purpose: 'to see that no entry was changed', export: false },
  ...columnsOf({ ...house, table: 'disclosure', purpose: 'to tell everybody what authorities asked for and got' }, [
    'id',
    'received_on',
    'country',
    'kind',
    'outcome',
    'accounts',
    'noted_at',
  ]),
  ...columnsOf({ ...house, table: 'audit_head', purpose: 'to know where the audit log ends' }, ['is_only', 'serial', 'hash']),
  ...columnsOf({ ...house, table: 'audit_day', purpose: 'to see that the audit log was not cut' }, [
    'day',
    'last_serial',
    'head',
    'kid',
    'signature',
    'created_at',
  ]),
]
