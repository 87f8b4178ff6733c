import type { PersonalDataEntry } from '../inventory.ts'
import type { Section } from './statement.ts'

/** Titles of the parts of a policy. */
export const SECTION_TITLES: Readonly<Record<Section, string>> = {
  who: 'Who we are',
  content: 'Your prompts and answers',
  kept: 'What we keep',
  use: 'What it is used for',
  share: 'Who else gets something',
  time: 'How long it stays',
  safety: 'How it is protected',
  rights: 'What you may ask',
  changes: 'How this policy changes',
  contact: 'How to reach us',
}

/** Legal grounds in words. Source: Regulation (EU) 2016/679, article 6(1) (2016-04). */
export const BASES: Readonly<Record<PersonalDataEntry['basis'], string>> = {
  contract: 'needed for the contract with you',
  'legal-obligation': 'a law asks for it',
  'legitimate-interest': 'our interest in a safe service',
  none: 'no personal data',
}

/** What erasure does, in words. */
export const ERASURES: Readonly<Record<PersonalDataEntry['erase'], string>> = {
  delete: 'deleted',
  overwrite: 'made unreadable',
  keep: 'stays, without a name to it',
}

/** How long something stays, in words; spans of time are their own. */
export const retentionWords = (retention: string): string => RETENTIONS[retention] ?? retention

const RETENTIONS: Readonly<Record<string, string>> = {
  account: 'as long as the account',
  key: 'as long as the key',
  call: 'while the call runs',
  catalogue: 'as long as it is in use',
}

/** What a table holds, for a heading; one that has no words yet by its own name. */
export const tableWords = (table: string): string => TABLES[table] ?? table.replaceAll('_', ' ')

const TABLES: Readonly<Record<string, string>> = {
  account: 'Your account',
  api_key: 'Your keys',
  usage_event: 'Notes of calls',
  usage_day: 'Sums of a day',
  transfer: 'Movements of money',
  balance: 'Your balance',
  ledger_account: 'Accounts of the books',
  account_debt: 'Debts',
  account_freeze: 'Frozen accounts',
  slice: 'Money set aside by a node',
  account_invitation: 'Invitations into your account',
  key_group: 'Your groups of keys',
  spend_window: 'What was spent in a window of time',
  spend_slice: 'Limits a node may spend from',
  open_call: 'Calls that are running',
  rail_entry: 'Payments as their rail lists them',
  reconciliation_item: 'Differences found in the books',
  erasure: 'Marks of who was erased',
  purged_usage: 'Sums of calls that are gone',
  purged_call: 'Hashes of calls that are gone',
  idempotency: 'Answers to repeated requests',
  policy_seen: 'Versions of this policy you saw',
  policy_notice: 'Letters about this policy',
  upstream: "The house's own keys at providers",
}
