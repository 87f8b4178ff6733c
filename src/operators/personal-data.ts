import { columnsOf, type PersonalDataEntry, type TableData } from '../privacy/index.ts'

const own = {
  subject: 'operator',
  basis: 'legitimate-interest',
  retention: '10 years',
  erase: 'keep',
  export: false,
  clauses: ['S0.18'],
} as const
const operator = { ...own, table: 'operator' } as const
const token = { ...own, table: 'operator_token' } as const
const passkey = { ...own, table: 'operator_passkey', category: 'credential' } as const
const identity = { ...own, table: 'operator_identity', category: 'credential' } as const
const session = { ...own, table: 'operator_session', retention: '90 days' } as const
const passing = { ...own, retention: '24 hours', category: 'credential' } as const

const secret: TableData = { ...operator, category: 'credential', purpose: 'to know who signs in, as hashes and under a key of theirs' }

/** What is kept of operators; names stay, as the audit log has them, and all else of one goes when they end. */
export const OPERATOR_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...operator, category: 'identifier', purpose: 'to know who did what, as the audit log names them' }, ['id', 'name']),
  { ...operator, column: 'role', category: 'preference', purpose: 'to know what an operator may do' },
  { ...operator, column: 'email_sealed', category: 'contact', purpose: 'to write to an operator, sealed under a key of theirs' },
  {
    ...operator,
    column: 'alarms',
    category: 'preference',
    purpose: 'to know whether an operator is written to when something needs a hand',
  },
  ...columnsOf(
    {
      ...{
        table: 'operator_alarm',
        category: 'none',
        subject: 'nobody',
        basis: 'none',
        retention: 'catalogue',
        erase: 'keep',
        export: false,
      },
      purpose: 'to say once a day to operators what needs a hand',
    },
    ['kind', 'items', 'told_at'],
  ),
  ...columnsOf(secret, ['password_hash', 'password_scheme', 'totp_sealed', 'totp_confirmed_at', 'totp_step']),
  ...columnsOf({ ...operator, category: 'usage', purpose: 'to say from when to when somebody is an operator' }, ['created_at', 'ended_at']),
  { ...token, column: 'name', category: 'identifier', purpose: 'to know who did what, as the audit log names them' },
  { ...token, column: 'hash', category: 'credential', purpose: 'to know a token again without keeping it' },
  ...columnsOf({ ...token, category: 'usage', purpose: 'to say from when to when the token works' }, ['created_at', 'revoked_at']),
  ...columnsOf({ ...passkey, purpose: 'to check what a passkey of an operator signs' }, [
    'id',
    'operator_id',
    'credential_id',
    'public_key',
    'counter',
    'transports',
    'created_at',
    'used_on',
  ]),
  ...columnsOf(
    {
      ...own,
      table: 'operator_recovery_code',
      category: 'credential',
      purpose: 'to let an operator in who has lost their way in, by a hash',
    },
    ['code_hash', 'operator_id'],
  ),
  ...columnsOf({ ...identity, purpose: 'to know an operator whom a service vouches for, as a keyed hash' }, [
    'id',
    'operator_id',
    'issuer',
    'subject_lookup',
    'created_at',
  ]),
  ...columnsOf({ ...session, category: 'identifier', purpose: 'to tell sessions apart' }, ['id', 'operator_id']),
  { ...session, column: 'token_hash', category: 'credential', purpose: 'to know who is signed in, by the hash of a cookie' },
  ...columnsOf({ ...session, category: 'usage', purpose: 'to show an operator where they are signed in' }, [
    'way',
    'browser_family',
    'browser_major',
  ]),
  ...columnsOf({ ...session, category: 'usage', purpose: 'to end sessions in time' }, ['created_at', 'seen_at', 'fresh_until', 'ended_at']),
  ...columnsOf({ ...passing, table: 'operator_step', purpose: 'to take each answer of a passkey or a mailed link once, by a hash' }, [
    'token_hash',
    'kind',
    'operator_id',
    'expires_at',
  ]),
  ...columnsOf({ ...passing, table: 'operator_invitation', purpose: 'to let in who was invited, once, by the hash of a link' }, [
    'token_hash',
    'operator_id',
    'expires_at',
  ]),
]
