import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'
import { WISH_DATA } from './wishes/personal-data.ts'

const paid = {
  table: 'payment',
  subject: 'customer',
  basis: 'legal-obligation',
  retention: '10 years',
  erase: 'keep',
  export: true,
  clauses: ['S0.4', 'S0.11', 'S4.4'],
  owner: [{ column: 'account_id' }],
} as const
const odd = { ...paid, table: 'payment_problem' } as const

/** What is kept of payments: what was paid and for what; no card number, and names of outside only while they are needed; and what was asked back. */
export const PAYMENT_DATA: readonly PersonalDataEntry[] = [
  ...WISH_DATA,
  ...columnsOf({ ...paid, category: 'identifier', purpose: 'to book each payment once, for its account' }, [
    'id',
    'account_id',
    'transfer_id',
  ]),
  ...columnsOf({ ...paid, category: 'money', purpose: 'to say what was paid, by which way, for what and when' }, [
    'rail',
    'purpose',
    'amount',
    'state',
    'outcome',
    'created_at',
    'expires_at',
    'ended_at',
  ]),
  ...columnsOf({ ...paid, category: 'money', purpose: 'to have gifts follow what of their payment went back' }, [
    'taken_back',
    'is_followed',
  ]),
  {
    ...{ ...paid, column: 'rail_ref', category: 'identifier', basis: 'contract', erase: 'overwrite' },
    purpose: 'to find a payment by what its processor calls it',
  },
  {
    ...{ ...paid, column: 'external_key', category: 'identifier', export: false },
    purpose: 'to know money again that was credited, without keeping where it came from',
  },
  ...columnsOf({ ...odd, category: 'identifier', purpose: 'to find out whose money it is that fits nothing' }, [
    'id',
    'account_id',
    'transfer_id',
  ]),
  ...columnsOf({ ...odd, category: 'money', purpose: 'to show the operator what came and was not credited' }, [
    'rail',
    'code',
    'amount',
    'created_at',
    'resolved_at',
    'resolution',
  ]),
  {
    ...{ ...odd, column: 'ref_sealed', category: 'identifier', export: false, erase: 'overwrite', basis: 'contract' },
    purpose: 'to find the money at its processor, sealed',
  },
  {
    ...{ ...odd, column: 'external_key', category: 'identifier', export: false },
    purpose: 'to list the same money once, without keeping where it came from',
  },
]
