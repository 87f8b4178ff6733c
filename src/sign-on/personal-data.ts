import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const own = {
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.2', 'S1.2', 'S4.3'],
  owner: [{ column: 'account_id' }],
} as const
const domain = { ...own, table: 'team_domain' } as const
const issuer = { ...own, table: 'team_issuer' } as const
const secret = { category: 'credential', export: false } as const

/** What is kept of how teams have their members signed in. */
export const SIGN_ON_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...domain, category: 'identifier', purpose: 'to tell domains and their owners apart' }, ['id', 'account_id']),
  { ...domain, ...secret, column: 'domain_lookup', purpose: 'to find the team of a mail domain, as a keyed hash' },
  {
    ...domain,
    column: 'domain_sealed',
    category: 'identifier',
    purpose: 'to show which mail domains a team has, sealed under the key of its account outside the database',
  },
  ...columnsOf({ ...domain, category: 'usage', purpose: 'to know until when a mail domain was shown to be the team’s' }, [
    'verified_at',
    'checked_at',
    'missing_since',
    'created_at',
  ]),
  ...columnsOf({ ...issuer, category: 'identifier', purpose: 'to tell issuers and their owners apart' }, ['account_id', 'id']),
  {
    ...issuer,
    column: 'settings_sealed',
    category: 'preference',
    purpose: 'to have members signed in by the issuer of their team, sealed under the key of its account outside the database',
  },
  ...columnsOf({ ...issuer, category: 'preference', purpose: 'to know how members of a team come in' }, ['default_role', 'is_required']),
  ...columnsOf({ ...issuer, category: 'usage', purpose: 'to show since when a team has its issuer' }, ['created_at', 'changed_at']),
]
