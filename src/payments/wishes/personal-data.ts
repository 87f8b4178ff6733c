import { columnsOf, type PersonalDataEntry } from '../../privacy/index.ts'

const wish = {
  table: 'refund_wish',
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.11'],
  owner: [{ column: 'account_id' }],
} as const

/** What is kept of money that customers asked to have back and that a person decides on; what goes back is kept with refunds. */
export const WISH_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...wish, category: 'identifier', purpose: 'to decide once on money that is asked back, for its account' }, [
    ...['id', 'account_id', 'payment_id', 'refund_id'],
  ]),
  ...columnsOf({ ...wish, category: 'money', purpose: 'to judge money that is asked back by when it was asked for' }, [
    ...['amount', 'state', 'asked_at', 'decided_at'],
  ]),
  {
    ...{ ...wish, column: 'reason_sealed', category: 'free-text' },
    purpose: 'to say why money does not go back, sealed under a key of the account outside the database',
  },
]
