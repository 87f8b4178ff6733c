import type { Purpose } from './privacy/index.ts'

/**
 * What data of customers may be used for, by table, or by column where one is more personal than the rest of its table. Carrying out the
 * rights of its owner is allowed for all of it. Check CL-purpose compares it with the inventory both ways and with every statement.
 */
export const USES: Readonly<Record<string, readonly Purpose[]>> = {
  account: ['service', 'billing', 'abuse', 'notices', 'statistics'],
  'account.email_sealed': ['service', 'notices'],
  'account.email_lookup': ['service', 'notices'],
  api_key: ['service', 'abuse', 'billing'],
  'api_key.name_sealed': ['service'],
  'api_key.name': ['service'],
  'api_key.hash': ['service'],
  management_key: ['service', 'abuse'],
  'management_key.name_sealed': ['service'],
  'management_key.hash': ['service'],
  payment: ['billing'],
  payment_problem: ['billing'],
  ledger_account: ['billing', 'law'],
  balance: ['billing'],
  transfer: ['billing', 'law'],
  account_debt: ['billing'],
  account_freeze: ['billing'],
  slice: ['billing'],
  open_call: ['billing'],
  usage_day: ['billing', 'law', 'notices'],
  usage_event: ['billing', 'statistics'],
  purged_usage: ['billing'],
  purged_call: ['billing'],
  reconciliation_item: ['billing'],
  rail_entry: ['billing'],
  idempotency: ['service'],
  audit_entry: ['law'],
  erasure: [],
  account_erasure: [],
  legal_hold: ['law'],
  privacy_request: [],
  privacy_link: [],
  inactive_account: [],
  support_request: ['service', 'notices'],
  policy_notice: ['notices'],
  policy_seen: ['notices'],
}

/** What each part of the program asks the database for; the longest path that a file begins with counts. */
export const PARTS: Readonly<Record<string, readonly Purpose[]>> = {
  'src/accounts/': ['service', 'notices'],
  'src/accounts/forget-account.ts': ['rights'],
  'src/api/answer-once.ts': ['service'],
  'src/api/audit-access.ts': ['rights'],
  'src/audit/': ['rights', 'law'],
  'src/catalog/': ['service', 'billing'],
  'src/commands/doctor/': ['health'],
  'src/control/': ['service', 'health'],
  'src/db/': ['health'],
  'src/keys/': ['service', 'abuse'],
  'src/ledger/': ['billing', 'law'],
  'src/payments/': ['billing'],
  'src/privacy/policy/': ['notices'],
  'src/privacy/rights/': ['rights'],
  'src/privacy/subject-keys/': ['rights'],
  'src/receipts/': ['billing'],
  'src/reconcile/': ['billing'],
  'src/retention/': ['rights', 'statistics'],
  'src/statements/': ['billing'],
  'src/status/': ['health', 'billing'],
  'src/support/': ['service', 'notices'],
  'src/usage/': ['billing'],
}

/** What calls to the outside are for, by their name in the inventory. */
export const CALLS_OUT: Readonly<Record<string, Purpose>> = {
  upstream: 'service',
  'access-token': 'service',
  'named-host': 'service',
  mail: 'notices',
  report: 'billing',
  btcpay: 'billing',
}
