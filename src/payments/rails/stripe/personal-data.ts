import { columnsOf, type PersonalDataEntry } from '../../../privacy/index.ts'

const theirs = {
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.4', 'S0.11', 'S4.4'],
  owner: [{ column: 'account_id' }],
} as const
const books = { ...theirs, basis: 'legal-obligation', retention: '10 years', erase: 'keep' } as const
const customer = { ...theirs, table: 'stripe_customer' } as const
const payment = { ...theirs, table: 'stripe_payment' } as const
const refund = { ...books, table: 'stripe_refund' } as const
const dispute = { ...books, table: 'stripe_dispute' } as const
const topUp = { ...theirs, table: 'auto_top_up' } as const
const renewal = { ...theirs, table: 'card_renewal' } as const
const charge = { ...theirs, table: 'renewal_charge' } as const
const erasure = { ...theirs, table: 'stripe_erasure', erase: 'keep', export: false } as const
const event = {
  table: 'stripe_event',
  category: 'none',
  subject: 'nobody',
  basis: 'none',
  retention: '7 days',
  erase: 'delete',
  export: false,
  purpose: 'to deal with each event of the processor once',
} as const satisfies Omit<PersonalDataEntry, 'column'>

/** What is kept of payments with cards: what the processor calls a customer and their payments, and what went back; no card. */
export const STRIPE_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...customer, category: 'identifier', purpose: 'to have payments of one account at one customer of the processor' }, [
    'account_id',
    'customer_id',
    'created_at',
  ]),
  ...columnsOf({ ...payment, category: 'identifier', purpose: 'to find a payment at its processor' }, [
    'payment_id',
    'account_id',
    'intent_id',
  ]),
  ...columnsOf({ ...payment, category: 'money', purpose: 'to say how something was paid, and the tax on it' }, [
    'way',
    'tax_cents',
    'created_at',
  ]),
  {
    ...{ ...payment, column: 'looked_at', category: 'none', export: false },
    purpose: 'to look again at payments of which nothing was heard',
  },
  ...columnsOf({ ...refund, category: 'identifier', purpose: 'to give money back to its card once' }, [
    'id',
    'payment_id',
    'account_id',
    'transfer_id',
  ]),
  ...columnsOf({ ...refund, category: 'money', purpose: 'to say what went back to a card' }, [
    'origin',
    'amount',
    'gross_cents',
    'state',
    'outcome',
    'asked_at',
    'ended_at',
  ]),
  ...columnsOf({ ...dispute, category: 'identifier', purpose: 'to book once what a bank takes back' }, [
    'payment_id',
    'account_id',
    'charge_back_id',
    'return_id',
  ]),
  {
    ...{ ...dispute, column: 'external_key', category: 'identifier', export: false },
    purpose: 'to know a dispute again without keeping what the processor calls it',
  },
  {
    ...{ ...dispute, column: 'dispute_id', category: 'identifier', basis: 'contract', erase: 'overwrite' },
    purpose: 'to answer a dispute at its processor',
  },
  ...columnsOf({ ...dispute, category: 'money', purpose: 'to say what a bank took back and gave back' }, [
    'amount',
    'fee_cents',
    'status',
    'rank',
    'is_taken',
    'is_returned',
    'opened_at',
    'changed_at',
  ]),
  ...columnsOf(event, ['event_key', 'done_at']),
  ...columnsOf({ ...topUp, category: 'identifier', purpose: 'to top an account up once each time it is low' }, [
    'account_id',
    'payment_id',
  ]),
  ...columnsOf({ ...topUp, category: 'preference', purpose: 'to top an account up as its owner wants' }, [
    'threshold',
    'amount',
    'daily_maximum',
    'state',
    'outcome',
    'is_letter_due',
    'changed_at',
  ]),
  { ...renewal, column: 'account_id', category: 'identifier', purpose: 'to have a card pay renewals of its own account' },
  ...columnsOf({ ...renewal, category: 'preference', purpose: 'to have a card pay renewals as its owner wants' }, [
    'daily_maximum',
    'state',
    'outcome',
    'is_letter_due',
    'changed_at',
  ]),
  ...columnsOf({ ...charge, category: 'identifier', purpose: 'to charge a card once for each period' }, [
    'subscription_id',
    'account_id',
    'payment_id',
  ]),
  ...columnsOf({ ...charge, category: 'money', purpose: 'to charge a card once for each period' }, [
    'period_start',
    'is_followed',
    'created_at',
  ]),
  ...columnsOf({ ...erasure, category: 'identifier', purpose: 'to have the processor forget an erased customer; empty once it has' }, [
    'account_id',
    'customer_id',
    'job_id',
  ]),
  ...columnsOf({ ...erasure, category: 'none', purpose: 'to prove that the processor was asked to forget an erased customer' }, [
    'state',
    'outcome',
    'asked_at',
    'ended_at',
  ]),
]
