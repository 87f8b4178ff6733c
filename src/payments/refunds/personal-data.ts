import { columnsOf, type PersonalDataEntry } from '../../privacy/index.ts'

const refund = {
  table: 'rail_refund',
  subject: 'customer',
  basis: 'legal-obligation',
  retention: '10 years',
  erase: 'keep',
  export: true,
  clauses: ['S0.4', 'S0.11', 'S4.4'],
  owner: [{ column: 'account_id' }],
} as const
const sealed = { ...refund, category: 'identifier', basis: 'contract', erase: 'overwrite' } as const

/** What is kept of refunds in coins: amounts and times as long as the books; address, transaction and page sealed under the account's key. */
export const REFUND_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...refund, category: 'identifier', purpose: 'to send each refund once, for its account' }, [
    ...['id', 'payment_id', 'account_id', 'transfer_id', 'return_id'],
  ]),
  ...columnsOf({ ...refund, category: 'money', purpose: 'to say what went back, by which way, how far it is and why' }, [
    ...['rail', 'amount', 'state', 'outcome', 'asked_at', 'sent_at', 'ended_at', 'chain_id', 'proof'],
  ]),
  { ...refund, column: 'busy_until', category: 'money', export: false, purpose: 'to ask a server about a refund once at a time' },
  {
    ...{ ...sealed, column: 'address_sealed', recipients: ['chain'] },
    purpose: 'to send the refund where whoever paid wants it, sealed under a key of the account outside the database',
  },
  {
    ...{ ...sealed, column: 'tx_sealed' },
    purpose: 'to look for the refund on its chain, sealed under a key of the account outside the database',
  },
  {
    ...{ ...sealed, column: 'claim_sealed', recipients: ['payment-processor'] },
    purpose: 'to show the page where the refund is claimed, sealed under a key of the account outside the database',
  },
  ...columnsOf(
    { ...refund, category: 'identifier', export: false, purpose: 'to book no transfer as two refunds, without keeping where it went' },
    ['tx_tag', 'transfer_tag'],
  ),
]
