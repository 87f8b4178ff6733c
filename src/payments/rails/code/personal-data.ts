import { columnsOf, type PersonalDataEntry } from '../../../privacy/index.ts'

const batch = {
  table: 'redeem_batch',
  category: 'none',
  subject: 'nobody',
  purpose: 'to know which codes the operator made and what they are worth',
  basis: 'none',
  retention: '10 years',
  erase: 'keep',
  export: false,
} as const
const code = {
  table: 'redeem_code',
  subject: 'customer',
  basis: 'contract',
  retention: '10 years',
  clauses: ['S0.9', 'S1.21'],
  owner: [{ column: 'redeemed_by' }],
} as const
const guess = {
  table: 'redeem_guess',
  category: 'usage',
  subject: 'customer',
  purpose: 'to end the trying of codes',
  basis: 'legitimate-interest',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.12'],
  owner: [{ column: 'account_id' }],
} as const

/** What is kept of codes: their hashes, and who redeemed which. */
export const REDEEM_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf(batch, [
    'id',
    'label',
    'amount',
    'kind',
    'codes',
    'expires_at',
    'disabled_at',
    'requested_by',
    'approved_by',
    'approved_at',
    'created_at',
  ]),
  {
    ...{ ...code, column: 'hash', category: 'credential', purpose: 'to know a code again without keeping it' },
    ...{ erase: 'keep', export: false },
  },
  { ...code, column: 'batch_id', category: 'money', purpose: 'to know what the code is worth', erase: 'keep', export: true },
  { ...code, column: 'redeemed_at', category: 'money', purpose: 'to redeem a code once', erase: 'keep', export: true },
  { ...code, column: 'redeemed_by', category: 'identifier', purpose: 'to say whose balance it went to', erase: 'overwrite', export: true },
  { ...code, column: 'transfer_id', category: 'money', purpose: 'to find the transfer that paid it out', erase: 'keep', export: true },
  ...columnsOf(guess, ['account_id', 'since', 'wrong']),
]
