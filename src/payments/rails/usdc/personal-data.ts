import { columnsOf, type PersonalDataEntry } from '../../../privacy/index.ts'

const customer = {
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  export: true,
  clauses: ['S0.4', 'S4.4'],
  owner: [{ column: 'account_id' }],
} as const
const address = { ...customer, table: 'usdc_address', recipients: ['chain'] } as const
const deposit = { ...customer, table: 'usdc_deposit', basis: 'legal-obligation', retention: '10 years' } as const
const claim = { ...customer, table: 'usdc_claim' } as const
const nobody = { subject: 'nobody', category: 'none', basis: 'none', retention: '10 years', erase: 'keep', export: false } as const

/** What is kept of deposits in USDC: of transactions and senders keyed hashes, and sealed under the account's key; both go dark with it. */
export const USDC_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...nobody, table: 'usdc_xpub', purpose: 'to give no address twice' }, ['xpub_tag', 'next_index']),
  ...columnsOf({ ...nobody, table: 'usdc_chain', purpose: 'to know how far each chain was read, and why no further' }, [
    ...['chain_id', 'next_block', 'final_block', 'final_hash', 'latest_block', 'halted', 'halted_at', 'read_at', 'reader', 'reader_until'],
  ]),
  {
    ...address,
    column: 'account_id',
    category: 'identifier',
    purpose: 'to credit the account that an address was given to',
    erase: 'overwrite',
  },
  ...columnsOf({ ...address, category: 'identifier', purpose: 'to watch an address of the house that was given once', erase: 'keep' }, [
    ...['address', 'xpub_tag', 'address_index', 'given_at'],
  ]),
  { ...deposit, column: 'account_id', category: 'identifier', purpose: 'to show an account its deposits', erase: 'overwrite' },
  {
    ...{ ...deposit, column: 'origin_sealed', category: 'identifier', basis: 'contract', erase: 'overwrite' },
    purpose: 'to show the transaction and the wallet that paid, sealed under a key of the account outside the database',
  },
  ...columnsOf(
    { ...deposit, category: 'identifier', purpose: 'to credit no transfer twice, without keeping where it came from', erase: 'keep' },
    ['tag', 'tx_tag', 'external_id', 'withdrawn_ids'],
  ),
  ...columnsOf({ ...deposit, category: 'money', purpose: 'to say what came in, on which chain, and how far it is', erase: 'keep' }, [
    ...['chain_id', 'block_number', 'amount', 'state', 'problem', 'is_done', 'times', 'seen_at', 'settled_at'],
  ]),
  { ...claim, column: 'account_id', category: 'identifier', purpose: 'to open one account for a payment without one', erase: 'overwrite' },
  {
    ...{ ...claim, column: 'key_id', category: 'identifier', erase: 'overwrite' },
    purpose: 'to give the key of a claim again to whoever sends the very same claim',
  },
  ...columnsOf(
    { ...claim, category: 'identifier', purpose: 'to open no second account for the same payment', erase: 'keep', export: false },
    [...['tag', 'is_given', 'claimed_at']],
  ),
]
