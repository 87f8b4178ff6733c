import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const operator = {
  table: 'operator_token',
  subject: 'operator',
  basis: 'legitimate-interest',
  retention: '10 years',
  erase: 'keep',
  export: false,
  clauses: ['S0.18'],
} as const

/** What is kept of operators who have a token of their own. */
export const OPERATOR_DATA: readonly PersonalDataEntry[] = [
  { ...operator, column: 'name', category: 'identifier', purpose: 'to know who did what, as the audit log names them' },
  { ...operator, column: 'hash', category: 'credential', purpose: 'to know a token again without keeping it' },
  ...columnsOf({ ...operator, category: 'usage', purpose: 'to say from when to when the token works' }, ['created_at', 'revoked_at']),
]
