import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const theirs = {
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S1.20', 'S2.2', 'S3.5'],
  owner: [{ column: 'account_id' }],
} as const
const subscription = { ...theirs, table: 'subscription' } as const
const period = { ...theirs, table: 'subscription_period' } as const
const wait = { ...theirs, table: 'seat_wait' } as const
const letter = { ...theirs, table: 'plan_letter' } as const

const house = {
  category: 'none',
  subject: 'nobody',
  basis: 'none',
  retention: 'catalogue',
  erase: 'keep',
  export: false,
} as const

/** What is kept of who bought which plan or seat; what they cost and where they serve is the house's. */
export const PLAN_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...subscription, category: 'identifier', purpose: 'to tell subscriptions and their owners apart' }, [
    'id',
    'account_id',
    'order_id',
  ]),
  ...columnsOf({ ...subscription, category: 'preference', purpose: 'to know what was subscribed to' }, [
    'plan_id',
    'pool_id',
    'block',
    'cancel_at_period_end',
    'next_plan_id',
  ]),
  ...columnsOf({ ...subscription, category: 'money', purpose: 'to know what it costs and what its calls may spend' }, [
    'price',
    'months',
    'next_price',
    'next_months',
    'budget_amount',
    'budget_window',
    'is_gift',
  ]),
  { ...subscription, column: 'reason_sealed', category: 'free-text', purpose: 'why the operator gave it, sealed' },
  ...columnsOf({ ...subscription, category: 'usage', purpose: 'to know from when to when it was paid and works' }, [
    'state',
    'anchor',
    'period_index',
    'period_start',
    'period_end',
    'live_until',
    'past_due_since',
    'next_try_at',
    'ending_at',
    'ended_by',
    'customer_ends',
    'created_at',
    'ended_at',
  ]),
  { ...subscription, column: 'uncovered_told_for', category: 'usage', purpose: 'to tell of a renewal that the balance does not pay, once' },
  { ...subscription, column: 'told_price_id', category: 'usage', purpose: 'to tell of what a plan will cost, once' },
  ...columnsOf({ ...period, category: 'identifier', purpose: 'to tell periods and their owners apart' }, [
    'subscription_id',
    'account_id',
    'transfer_id',
  ]),
  ...columnsOf({ ...period, category: 'money', purpose: 'to charge each period once' }, [
    'plan_id',
    'price',
    'state',
    'credit',
    'credit_of',
    'returned',
  ]),
  ...columnsOf({ ...period, category: 'usage', purpose: 'to know from when to when was paid for' }, [
    'period_start',
    'period_end',
    'anchor',
    'period_index',
    'months',
    'created_at',
  ]),
  ...columnsOf({ ...wait, category: 'identifier', purpose: 'to know who is in line for a seat' }, ['id', 'account_id']),
  ...columnsOf({ ...wait, category: 'preference', purpose: 'to know which seat is waited for' }, ['pool_id', 'block']),
  ...columnsOf({ ...wait, category: 'usage', purpose: 'to offer seats in the order of asking' }, ['state', 'created_at', 'held_until']),
  ...columnsOf({ ...letter, category: 'identifier', purpose: 'to know whom a letter is for' }, ['id', 'account_id']),
  ...columnsOf({ ...letter, category: 'usage', purpose: 'to send each letter about a subscription once' }, [
    'template',
    'fields',
    'created_at',
    'tries',
    'next_try_at',
  ]),
  ...columnsOf({ ...house, table: 'plan_price', purpose: 'to know what a plan costs since when' }, [
    'id',
    'plan_id',
    'price',
    'created_at',
  ]),
  ...columnsOf({ ...house, table: 'pool', purpose: 'to know what pools there are' }, [
    'id',
    'slug',
    'description',
    'models',
    'annual_discount',
    'is_active',
    'created_at',
  ]),
  ...columnsOf({ ...house, table: 'pool_block', purpose: 'to know when a pool serves and how many seats it has' }, [
    'pool_id',
    'block',
    'from_minute',
    'to_minute',
    'seats',
    'price',
  ]),
]
