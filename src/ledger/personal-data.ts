import { columnsOf, type OwnerPath, type PersonalDataEntry } from '../privacy/index.ts'
import { USAGE_COLUMNS } from '../spec/index.ts'

const books = {
  subject: 'customer',
  basis: 'legal-obligation',
  retention: '10 years',
  erase: 'keep',
  export: true,
  clauses: ['S0.11', 'S4.4', 'S4.22'],
} as const
const house = { subject: 'nobody', basis: 'none', retention: '10 years', erase: 'keep', export: false } as const
/** An account of the ledger is the customer's own, or the one that holds what it owes. */
const ledgerOwner = (...columns: readonly string[]) =>
  columns.flatMap((column): readonly OwnerPath[] => [
    { column },
    { column, through: { table: 'account_debt', column: 'ledger_account_id' } },
  ])
const ownAccount: readonly OwnerPath[] = [{ column: 'account_id' }]
const running = {
  subject: 'customer',
  basis: 'contract',
  retention: 'call',
  erase: 'keep',
  export: false,
  clauses: ['S0.11'],
  owner: ownAccount,
} as const
const setAside = { ...running, retention: 'minutes' } as const

/** Sums of a limit; those of a window that ended go after the time that calls are kept. */
const windows = {
  table: 'spend_window',
  subject: 'customer',
  basis: 'contract',
  retention: '90 days',
  erase: 'delete',
  export: true,
  clauses: ['S1.4', 'S3.6'],
  owner: ownAccount,
} as const

/** What the books hold of accounts: amounts and ids, no name and no address. */
export const LEDGER_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf(
    { ...books, table: 'ledger_account', owner: ledgerOwner('id'), category: 'identifier', purpose: 'to book for and against an account' },
    ['id', 'kind'],
  ),
  { ...books, table: 'balance', owner: ownAccount, column: 'account_id', category: 'identifier', purpose: 'to say whose money it is' },
  ...columnsOf({ ...books, table: 'balance', owner: ownAccount, category: 'money', purpose: 'to know what an account may spend' }, [
    'available',
    'held',
  ]),
  ...columnsOf(
    {
      ...books,
      table: 'transfer',
      owner: ledgerOwner('debit_account', 'credit_account'),
      category: 'identifier',
      purpose: 'to book each movement once, between two accounts',
    },
    ['id', 'debit_account', 'credit_account', 'source_key', 'input_hash', 'reverses', 'returns'],
  ),
  ...columnsOf(
    { ...books, table: 'transfer', owner: ledgerOwner('debit_account', 'credit_account'), category: 'money', purpose: 'to keep the books' },
    ['amount', 'kind', 'created_at'],
  ),
  {
    ...{ ...books, table: 'transfer', column: 'reason_sealed', category: 'free-text' },
    owner: ledgerOwner('debit_account', 'credit_account'),
    purpose: 'to say why money was moved by hand; unreadable from the erasure of the account on, as its key is destroyed',
  },
  {
    ...{ ...books, table: 'transfer', column: 'reason', category: 'free-text', export: false },
    owner: ledgerOwner('debit_account', 'credit_account'),
    purpose: 'reasons from before they were sealed; empty since the first start after',
  },
  ...columnsOf({ ...house, table: 'node', category: 'none', purpose: 'to know which of its commits an installation can rely on' }, [
    'id',
    'last_commit',
    'serial',
    'epoch',
    'seen_at',
    'is_answering',
  ]),
  ...columnsOf({ ...books, table: 'account_debt', owner: ownAccount, category: 'identifier', purpose: 'to say who owes it' }, [
    'account_id',
    'ledger_account_id',
  ]),
  {
    ...books,
    table: 'account_debt',
    owner: ownAccount,
    column: 'amount',
    category: 'money',
    purpose: 'to have it paid back by later credits',
  },
  {
    ...books,
    table: 'account_freeze',
    owner: ownAccount,
    column: 'account_id',
    category: 'identifier',
    purpose: 'to serve no account whose books do not agree',
  },
  ...columnsOf({ ...books, table: 'account_freeze', owner: ownAccount, category: 'none', purpose: 'to say why an account is not served' }, [
    'reason',
    'frozen_at',
  ]),
  ...columnsOf({ ...house, table: 'upstream_day', category: 'none', purpose: 'to compare what upstreams ask with their bills' }, [
    'day',
    'upstream_serial',
    'model_serial',
    'calls',
    'known_calls',
    'cost',
    ...USAGE_COLUMNS,
  ]),
  ...columnsOf({ ...house, table: 'house_day', category: 'none', purpose: 'to post what a day cost the house once' }, [
    'day',
    'calls',
    'shortfall',
    'upstream_cost',
    'posted_at',
  ]),
  ...columnsOf({ ...setAside, table: 'slice', category: 'identifier', purpose: 'to say which node set money aside for whom' }, [
    'node_id',
    'account_id',
  ]),
  { ...setAside, table: 'slice', column: 'amount', category: 'money', purpose: 'to keep parallel calls from overdrawing an account' },
  ...columnsOf({ ...running, table: 'open_call', category: 'identifier', purpose: 'to charge a running call if we break down' }, [
    'request_id',
    'node_id',
    'account_id',
    'key_id',
  ]),
  ...columnsOf({ ...running, table: 'open_call', category: 'usage', purpose: 'to charge a running call if we break down' }, [
    'day',
    'model_serial',
    'route_serial',
    'price_version',
    'started_at',
    'updated_at',
    ...USAGE_COLUMNS,
    'multiplier',
    'service_tier',
    'held_at',
  ]),
  { ...running, table: 'open_call', column: 'hold', category: 'money', purpose: 'to bound what a running call can cost' },
  ...columnsOf({ ...setAside, table: 'spend_slice', category: 'identifier', purpose: 'to say which node may spend how much of a limit' }, [
    'node_id',
    'subject_id',
    'account_id',
  ]),
  ...columnsOf({ ...setAside, table: 'spend_slice', category: 'money', purpose: 'to keep parallel calls from spending above a limit' }, [
    'kind',
    'starts_at',
    'amount',
  ]),
  ...columnsOf({ ...windows, category: 'identifier', purpose: 'to say whose limit it is, of which key, group or subscription' }, [
    'subject_id',
    'account_id',
  ]),
  ...columnsOf({ ...windows, category: 'money', purpose: 'to spend no more in a window of time than its limit' }, [
    'kind',
    'starts_at',
    'ends_at',
    'cap',
    'granted',
    'spent',
  ]),
  { ...books, table: 'usage_day', owner: ownAccount, column: 'account_id', category: 'identifier', purpose: 'to say whose day it is' },
  ...columnsOf(
    { ...books, table: 'usage_day', owner: ownAccount, category: 'money', purpose: 'to charge the calls of a day in one transfer' },
    ['day', 'cost', 'shortfall', 'covered', 'calls', 'transfer_id', 'closed_at'],
  ),
  ...columnsOf({ ...house, table: 'ended_day', category: 'none', purpose: 'to charge no more calls to a day that is being closed' }, [
    'day',
    'ended_at',
  ]),
]
