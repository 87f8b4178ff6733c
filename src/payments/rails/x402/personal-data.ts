import { columnsOf, type PersonalDataEntry } from '../../../privacy/index.ts'

const customer = {
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  clauses: ['S0.4', 'S4.4'],
  owner: [{ column: 'account_id' }],
} as const
const wallet = { ...customer, table: 'x402_wallet', erase: 'delete', export: true } as const
const payment = { ...customer, table: 'x402_payment', basis: 'legal-obligation', retention: '10 years', export: true } as const

/** What is kept of payments by x402: of wallets and transactions keyed hashes, and sealed under the account's key; both go dark with it. */
export const X402_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...wallet, category: 'identifier', purpose: 'to find the account of a wallet that pays for calls without a key' }, [
    ...['tag', 'account_id', 'key_id'],
  ]),
  {
    ...{ ...wallet, column: 'address_sealed', category: 'identifier' },
    purpose: 'to show the wallet that the account belongs to, sealed under a key of the account outside the database',
  },
  { ...wallet, column: 'created_at', category: 'usage', purpose: 'to know since when the wallet pays' },
  { ...payment, column: 'account_id', category: 'identifier', purpose: 'to show an account its payments', erase: 'overwrite' },
  {
    ...{ ...payment, column: 'origin_sealed', category: 'identifier', basis: 'contract', erase: 'overwrite' },
    purpose: 'to show the transaction and the wallet that paid, sealed under a key of the account outside the database',
  },
  {
    ...{ ...payment, column: 'pending_sealed', category: 'identifier', basis: 'contract', erase: 'overwrite', export: false },
    purpose: 'to have a payment carried out whose answer was lost, sealed; empty as soon as it is settled',
    recipients: ['payment-processor', 'chain'],
  },
  {
    ...{ ...payment, column: 'claimed_key_id', category: 'identifier', basis: 'contract', erase: 'overwrite' },
    purpose: 'to give the key of a claim again to whoever sends the very same claim',
  },
  ...columnsOf(
    { ...payment, category: 'identifier', purpose: 'to take no payment twice, without keeping where it came from', erase: 'keep' },
    ['tag', 'tx_tag'],
  ),
  ...columnsOf({ ...payment, category: 'money', purpose: 'to say what was paid and how far it is', erase: 'keep' }, [
    ...['amount', 'state', 'valid_before', 'busy_until', 'times', 'asked_at', 'settled_at', 'served_at', 'claimed_at'],
  ]),
]
