import type { CellReaders } from '../../privacy/index.ts'
import { columnsOf, type PersonalDataEntry } from '../../privacy/index.ts'
import { type PendingSealing, pendingPurpose } from './pending-credit.ts'

const pending = {
  table: 'pending_credit',
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.11'],
  owner: [{ column: 'account_id' }],
} as const

/** What is kept of credit by hand that waits for a second person, or waited. */
export const MANUAL_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...pending, category: 'identifier', purpose: 'to tell credits that wait apart, and whose they are' }, [
    'id',
    'account_id',
  ]),
  ...columnsOf({ ...pending, category: 'money', purpose: 'to book what a second person approves' }, [
    'amount',
    'kind',
    'state',
    'transfer_id',
  ]),
  { ...pending, column: 'reason_sealed', category: 'free-text', purpose: 'what the operator wrote about the credit, sealed' },
  ...columnsOf({ ...pending, category: 'usage', purpose: 'to know when it was asked for and decided' }, ['requested_at', 'decided_at']),
  ...columnsOf({ ...pending, category: 'identifier', export: false, purpose: 'to see to it that two persons decide' }, [
    'requested_by',
    'decided_by',
  ]),
]

/** How sealed columns of pending credit are read. */
export const pendingReaders = (sealing: Pick<PendingSealing, 'unseal'>): CellReaders => ({
  'pending_credit.reason_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, pendingPurpose(String(row['id']))))?.toString() ?? null,
})
