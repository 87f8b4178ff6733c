import { columnsOf, type PersonalDataEntry } from '../inventory.ts'

const shared = { subject: 'customer', basis: 'legal-obligation', owner: [{ column: 'account_id' }] } as const
const erasure = {
  ...shared,
  table: 'account_erasure',
  category: 'identifier',
  purpose: 'to erase an account to the end and to say what was done',
  retention: '10 years',
  erase: 'keep',
  export: false,
  clauses: ['S2.15', 'S3.13', 'S4.22'],
} as const
const hold = {
  ...shared,
  table: 'legal_hold',
  category: 'none',
  purpose: 'to keep what the law asks for no longer than it does',
  retention: '10 years',
  erase: 'keep',
  export: false,
  clauses: ['S4.22'],
} as const
const request = {
  ...shared,
  table: 'privacy_request',
  category: 'usage',
  purpose: 'to answer what was asked for in time, and to show that it was',
  retention: 'account',
  erase: 'keep',
  export: true,
  clauses: ['S1.17', 'S2.20', 'S2.22'],
} as const
const link = {
  ...shared,
  table: 'privacy_link',
  category: 'credential',
  purpose: 'to know that who asks can read the mail of the account, by the hash of a link',
  retention: '24 hours',
  erase: 'delete',
  export: false,
  clauses: ['S1.17', 'S2.20'],
} as const
const inactive = {
  ...shared,
  table: 'inactive_account',
  category: 'usage',
  purpose: 'to tell the owner of an unused account before it is erased',
  basis: 'legitimate-interest',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S1.15'],
} as const

/** What is kept so that people get what they have a right to. */
export const RIGHTS_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf(erasure, ['account_id', 'state', 'cause', 'requested_at', 'locked_at', 'shredded_at', 'done_at', 'gone_by']),
  { ...erasure, column: 'given_up', category: 'money' },
  ...columnsOf(hold, ['account_id', 'category', 'basis', 'until']),
  ...columnsOf(request, ['id', 'account_id', 'kind', 'channel', 'state', 'created_at', 'verified_at', 'due_at', 'ended_at']),
  ...columnsOf(link, ['token_hash', 'request_id', 'account_id', 'purpose', 'expires_at']),
  ...columnsOf(inactive, ['account_id', 'last_active', 'first_notice_at', 'second_notice_at']),
]
