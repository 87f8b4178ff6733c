import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const answer = {
  table: 'idempotency',
  subject: 'customer',
  basis: 'legitimate-interest',
  retention: '24 hours',
  erase: 'delete',
  export: false,
  clauses: ['S4.16'],
  owner: 'unknown',
} as const

/** What is kept of answers to POSTs, so that a repeated one has one effect. */
export const IDEMPOTENCY_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...answer, category: 'identifier', purpose: 'to know a repeated POST again, as hashes' }, ['key_hash', 'input_hash']),
  ...columnsOf({ ...answer, category: 'identifier', purpose: 'to answer a repeated POST: ids and figures, no e-mail, name or secret' }, [
    'status',
    'response',
  ]),
  { ...answer, column: 'created_at', category: 'usage', purpose: 'to forget the answer in time' },
]
