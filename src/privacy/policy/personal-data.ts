import { columnsOf, type PersonalDataEntry } from '../inventory.ts'

const house = {
  table: 'policy_version',
  category: 'none',
  subject: 'nobody',
  basis: 'none',
  retention: '10 years',
  erase: 'keep',
  export: false,
  clauses: ['S2.23', 'S4.23'],
} as const
const person = {
  subject: 'customer',
  basis: 'legal-obligation',
  retention: 'account',
  erase: 'delete',
  export: true,
  owner: [{ column: 'account_id' }],
} as const
const notice = { ...person, table: 'policy_notice', clauses: ['S1.27'] } as const
const seen = { ...person, table: 'policy_seen', clauses: ['S1.28', 'S2.24', 'S4.1'] } as const

/** What is kept of the policy: its versions, who was told of them, and which ones an account has seen. */
export const POLICY_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...house, purpose: 'to show what the policy said and when' }, [
    'number',
    'profile',
    'claims',
    'recipients',
    'providers',
    'text',
    'hash',
    'is_significant',
    'published_at',
    'effective_at',
  ]),
  ...columnsOf({ ...house, table: 'policy_own', purpose: 'to show what operators wrote of the policy and when' }, [
    'revision',
    'words',
    'saved_at',
  ]),
  {
    ...{ ...house, table: 'policy_own', column: 'saved_by', category: 'identifier', subject: 'operator', basis: 'contract' },
    purpose: 'to say who wrote it',
  },
  ...columnsOf({ ...house, table: 'policy_document', purpose: 'to show what somebody else attests' }, ['sha256', 'bytes', 'saved_at']),
  { ...notice, column: 'account_id', category: 'identifier', purpose: 'to tell everybody of a change, and nobody twice' },
  ...columnsOf({ ...notice, category: 'usage', purpose: 'to know that somebody was told, and when' }, [
    'version',
    'told_at',
    'tries',
    'next_try_at',
  ]),
  { ...seen, column: 'account_id', category: 'identifier', purpose: 'to know which version of the policy an account has seen' },
  ...columnsOf({ ...seen, category: 'usage', purpose: 'to know which version of the policy an account has seen' }, [
    'version',
    'how',
    'seen_at',
  ]),
]
