import { columnsOf, type PersonalDataEntry, type TableData } from '../privacy/index.ts'

const own = {
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.2', 'S1.2', 'S4.3'],
} as const
const ofPerson = [{ column: 'person_id', through: { table: 'person', column: 'id' } }] as const
const person = { ...own, table: 'person', owner: [{ column: 'account_id' }] } as const
const member = { ...own, table: 'account_member', owner: [{ column: 'account_id' }, ...ofPerson] } as const
const invited = { ...own, table: 'account_invitation', retention: '7 days', owner: [{ column: 'account_id' }] } as const
const leaver = { ...own, table: 'team_leaver', owner: [{ column: 'account_id' }, ...ofPerson] } as const
const named = { ...own, table: 'team_name', owner: [{ column: 'account_id' }] } as const
const passkey = { ...own, table: 'passkey', owner: ofPerson } as const
const outside = { ...own, table: 'outside_identity', owner: ofPerson } as const
const session = { ...own, table: 'sign_in_session', retention: '90 days', owner: ofPerson, clauses: ['S4.3', 'S4.6'] } as const
const passing = { ...own, retention: '24 hours', export: false } as const
const secret = { category: 'credential', export: false } as const
const guessed = { ...passing, basis: 'legitimate-interest', owner: 'unknown', clauses: ['S0.12', 'S1.14', 'S2.9', 'S4.9'] } as const

const password: TableData = {
  ...person,
  ...secret,
  clauses: ['S0.2', 'S1.2', 'S1.19', 'S4.3'],
  purpose: 'to know who signs in, as a hash that is slow to guess',
}

/** What is kept of people so that they can sign in and nobody else can. Those that others are found through come first. */
export const IDENTITY_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...person, category: 'identifier', purpose: 'to tell people apart' }, ['id', 'account_id']),
  { ...person, ...secret, column: 'number_lookup', purpose: 'to find an account by its number without being able to read it' },
  ...columnsOf(password, ['password_hash', 'password_scheme']),
  { ...person, column: 'email_verified_at', category: 'usage', purpose: 'to know that the e-mail is theirs' },
  {
    ...person,
    ...secret,
    column: 'totp_sealed',
    purpose: 'to check codes of an authenticator app, sealed under a key of theirs outside the database',
  },
  { ...person, column: 'totp_confirmed_at', category: 'preference', purpose: 'to ask for a code at sign-in' },
  { ...person, ...secret, column: 'totp_step', purpose: 'to take no code twice' },
  { ...person, column: 'created_at', category: 'usage', purpose: 'to know since when the person is there' },
  { ...person, column: 'seen_on', category: 'usage', purpose: 'to take nobody for silent who signs in, and to tell them of a new browser' },
  ...columnsOf({ ...member, category: 'identifier', purpose: 'to know who may act for an account' }, ['account_id', 'person_id']),
  ...columnsOf({ ...member, category: 'preference', purpose: 'to know what a member may do' }, ['role', 'created_at']),
  ...columnsOf({ ...leaver, category: 'identifier', purpose: 'to let nobody back into a team by its issuer who left it' }, [
    'account_id',
    'person_id',
  ]),
  { ...leaver, column: 'left_at', category: 'usage', purpose: 'to know since when somebody is no member any more' },
  ...columnsOf({ ...named, category: 'identifier', purpose: 'to know which team has a name' }, ['account_id']),
  { ...named, column: 'name_sealed', category: 'free-text', purpose: 'what a team is called, sealed under the key of its account' },
  { ...named, column: 'changed_at', category: 'usage', purpose: 'to know since when a team is called so' },
  ...columnsOf({ ...invited, category: 'identifier', purpose: 'to know who is invited into which account by whom' }, [
    'id',
    'account_id',
    'invited_by',
  ]),
  { ...invited, ...secret, column: 'token_hash', purpose: 'to know that who comes is invited, by the hash of a code' },
  {
    ...invited,
    column: 'email_sealed',
    category: 'identifier',
    purpose: 'to show who is invited, sealed under the key of the account outside the database',
  },
  ...columnsOf({ ...invited, category: 'preference', purpose: 'to know what who is invited may do, and until when' }, [
    'role',
    'created_at',
    'expires_at',
  ]),
  ...columnsOf({ ...passkey, category: 'identifier', purpose: 'to tell passkeys apart' }, ['id', 'person_id']),
  ...columnsOf({ ...passkey, ...secret, purpose: 'to check what a passkey signs' }, [
    'credential_id',
    'public_key',
    'counter',
    'transports',
  ]),
  {
    ...passkey,
    column: 'name_sealed',
    category: 'free-text',
    purpose: 'to tell passkeys apart, sealed under a key of theirs outside the database',
  },
  ...columnsOf({ ...passkey, category: 'usage', purpose: 'to tell passkeys apart' }, ['created_at', 'used_on']),
  ...columnsOf({ ...outside, category: 'identifier', purpose: 'to tell links with other services apart' }, ['id', 'person_id']),
  { ...outside, column: 'issuer', category: 'preference', purpose: 'to know which service signs somebody in' },
  {
    ...outside,
    ...secret,
    column: 'subject_lookup',
    purpose: 'to know somebody whom a service vouches for, as a keyed hash that nobody can read',
  },
  { ...outside, column: 'created_at', category: 'usage', purpose: 'to tell links with other services apart' },
  { ...outside, column: 'left_at', category: 'usage', purpose: 'to let nobody back into a team by its issuer who left it' },
  ...columnsOf(
    {
      ...own,
      ...secret,
      table: 'recovery_code',
      owner: ofPerson,
      purpose: 'to let somebody in who has lost their second step, once each, by a hash',
    },
    ['code_hash', 'person_id'],
  ),
  ...columnsOf({ ...session, category: 'identifier', purpose: 'to tell sessions apart' }, ['id', 'person_id']),
  { ...session, ...secret, column: 'token_hash', purpose: 'to know who is signed in, by the hash of a cookie' },
  ...columnsOf({ ...session, category: 'usage', purpose: 'to show where somebody is signed in, and to tell them of a new browser' }, [
    'browser_family',
    'browser_major',
  ]),
  ...columnsOf(
    {
      ...session,
      category: 'usage',
      purpose: 'to know which team’s issuer has vouched for a session, and when, and that it acts for that team alone',
    },
    ['vouched_by', 'vouched_at', 'confined_to'],
  ),
  ...columnsOf({ ...session, category: 'usage', purpose: 'to end sessions in time' }, ['created_at', 'seen_at', 'fresh_until', 'ended_at']),
  ...columnsOf(
    {
      ...passing,
      ...secret,
      table: 'sign_in_link',
      owner: [{ column: 'account_id' }],
      purpose: 'to know that who comes can read the mail, by the hash of a link',
    },
    ['token_hash', 'purpose', 'account_id', 'expires_at'],
  ),
  ...columnsOf({ ...passing, ...secret, table: 'sign_in_step', owner: ofPerson, purpose: 'to end a sign-in that was begun, by a hash' }, [
    'token_hash',
    'kind',
    'person_id',
    'expires_at',
    'vouched_by',
  ]),
  { ...guessed, table: 'sign_in_guess', column: 'account_tag', category: 'identifier', purpose: 'to slow guessing down, as a keyed hash' },
  ...columnsOf({ ...guessed, table: 'sign_in_guess', category: 'usage', purpose: 'to slow guessing down' }, ['times', 'last_at']),
  {
    ...{ ...guessed, table: 'sign_in_address', column: 'address_tag', category: 'identifier', clauses: ['S0.3', 'S0.12', 'S4.6', 'S4.9'] },
    purpose: 'to slow guessing down, as a hash under a key of its day that is destroyed after seven',
  },
  ...columnsOf({ ...guessed, table: 'sign_in_address', category: 'usage', purpose: 'to slow guessing down' }, ['times', 'last_at']),
  ...columnsOf(
    {
      ...{
        ...own,
        table: 'person_mark',
        category: 'identifier',
        basis: 'legitimate-interest',
        owner: [{ column: 'account_id' }],
        export: false,
      },
      ...{ clauses: ['S0.12', 'S1.14'], purpose: 'to know a second account of one person, as a keyed hash that nobody can read' },
    },
    ['account_id', 'mark'],
  ),
  ...columnsOf(
    {
      ...{ ...guessed, table: 'sign_up_allowance', category: 'identifier', retention: '7 days' },
      purpose: 'to let somebody in whom the rule of one account each refuses, as a keyed hash',
    },
    ['email_tag', 'allowed_at'],
  ),
]
