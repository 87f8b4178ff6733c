import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const account = {
  table: 'account',
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  export: true,
  clauses: ['S0.2', 'S1.2', 'S2.3', 'S4.3'],
  owner: [{ column: 'id' }],
} as const

const suspended = { ...account, table: 'account_suspension', erase: 'delete', owner: [{ column: 'account_id' }] } as const

/** What is kept of customers themselves. */
export const ACCOUNT_DATA: readonly PersonalDataEntry[] = [
  { ...account, column: 'id', category: 'identifier', purpose: 'to tell accounts apart', erase: 'keep' },
  {
    ...account,
    column: 'email_sealed',
    category: 'contact',
    purpose: 'to write to the customer, sealed under a key of theirs outside the database',
    erase: 'overwrite',
  },
  {
    ...account,
    column: 'email_lookup',
    category: 'identifier',
    purpose: 'to find an account by its e-mail without being able to read it',
    erase: 'overwrite',
    export: false,
  },
  {
    ...account,
    column: 'is_keyed',
    category: 'none',
    purpose: 'to give accounts from before keys of persons one, and none a second',
    erase: 'keep',
    export: false,
  },
  { ...account, column: 'status', category: 'preference', purpose: 'to say whether the account may call, or is erased', erase: 'keep' },
  ...columnsOf({ ...account, category: 'preference', purpose: 'to say how fast the account may call', erase: 'overwrite' }, [
    'requests_per_minute',
    'tokens_per_minute',
    'concurrent_calls',
  ]),
  ...columnsOf({ ...account, category: 'money', purpose: 'to know what the account pays of the list price', erase: 'overwrite' }, [
    'plan_id',
    'price_multiplier',
  ]),
  {
    ...account,
    column: 'usage_retention_days',
    category: 'preference',
    purpose: 'to delete the calls of the account when its owner wants',
    erase: 'keep',
  },
  { ...suspended, column: 'account_id', category: 'identifier', purpose: 'to know which account is suspended' },
  { ...suspended, column: 'reason', category: 'preference', purpose: 'to tell the customer why the account is suspended' },
  { ...suspended, column: 'note_sealed', category: 'free-text', purpose: 'what the operator wrote to the customer about it, sealed' },
  { ...suspended, column: 'suspended_at', category: 'usage', purpose: 'to know since when the account is suspended' },
  { ...account, column: 'created_at', category: 'usage', purpose: 'to know since when the account is there', erase: 'keep' },
]
