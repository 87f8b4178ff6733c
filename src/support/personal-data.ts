import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const asked = {
  table: 'support_request',
  subject: 'customer',
  basis: 'contract',
  retention: '90 days',
  erase: 'delete',
  clauses: ['S1.17', 'S4.10', 'S4.21'],
  owner: [{ column: 'account_id' }],
} as const

/** What is kept of what customers ask of support, for 90 days from its end. */
export const SUPPORT_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...asked, category: 'identifier', purpose: 'to say who asked', export: true }, ['id', 'account_id']),
  ...columnsOf({ ...asked, category: 'free-text', purpose: 'what was asked of support and answered, sealed', export: true }, [
    'question_sealed',
    'answer_sealed',
  ]),
  ...columnsOf({ ...asked, category: 'usage', purpose: 'to answer in time what was asked of support', export: true }, [
    'state',
    'created_at',
    'due_at',
    'ended_at',
    'told_at',
    'tries',
    'next_try_at',
  ]),
]
