import { ABUSE_DATA } from './abuse/index.ts'
import { ACCOUNT_DATA } from './accounts/index.ts'
import { IDEMPOTENCY_DATA, USAGE_READ_DATA } from './api/index.ts'
import { AUDIT_DATA } from './audit/index.ts'
import { CATALOG_DATA } from './catalog/index.ts'
import { EVENT_DATA } from './events/index.ts'
import { IDENTITY_DATA } from './identity/index.ts'
import { KEY_DATA } from './keys/index.ts'
import { LEDGER_DATA } from './ledger/index.ts'
import { MAIL_FIELDS, NOTIFY_DATA } from './notify/index.ts'
import { OPERATOR_DATA } from './operators/index.ts'
import { MANUAL_DATA, PAYMENT_DATA, REDEEM_DATA, REFUND_DATA, RULE_DATA, STRIPE_DATA, USDC_DATA, X402_DATA } from './payments/index.ts'
import { PLAN_DATA } from './plans/index.ts'
import { columnsOf, declare, ERASURE_DATA, type Inventory, type PersonalDataEntry, POLICY_DATA, RIGHTS_DATA } from './privacy/index.ts'
import { RECEIPT_DATA } from './receipts/index.ts'
import { RECONCILE_DATA } from './reconcile/index.ts'
import { RETENTION_DATA } from './retention/index.ts'
import { SIGN_ON_DATA } from './sign-on/index.ts'
import { STATUS_DATA } from './status/index.ts'
import { SUPPORT_DATA } from './support/index.ts'
import { TELEGRAM_DATA } from './telegram/index.ts'
import { USAGE_DATA } from './usage/index.ts'
import { WEBHOOK_DATA } from './webhooks/index.ts'

/** The tables of the migration runner, which knows no domain and so cannot say it itself. */
const MIGRATION_DATA = columnsOf(
  {
    table: 'migration',
    category: 'none',
    subject: 'nobody',
    purpose: 'to know which migrations ran',
    basis: 'none',
    retention: '10 years',
    erase: 'keep',
    export: false,
  },
  ['name', 'checksum', 'applied_at', 'runs_with_before'],
)

/** What the logins of control have their passwords of, under the database's owner. */
const LOGIN_DATA = columnsOf(
  {
    table: 'login_secret',
    category: 'secret',
    subject: 'nobody',
    purpose: 'to let control log in with the rights of one role alone',
    basis: 'none',
    retention: '10 years',
    erase: 'keep',
    export: false,
  },
  ['is_only', 'secret'],
)

/** By what master keys are known again. */
const MASTER_KEY_DATA = columnsOf(
  {
    table: 'master_keys_known',
    category: 'none',
    subject: 'nobody',
    purpose: 'to see that the master keys beside the database are those that it was filled under',
    basis: 'none',
    retention: '10 years',
    erase: 'keep',
    export: false,
  },
  ['is_only', 'mark'],
)

/** Every column of the database with what it holds of whom; check PRV-02 compares it with the live database both ways. */
export const PERSONAL_DATA: readonly PersonalDataEntry[] = [
  ...ACCOUNT_DATA,
  ...ABUSE_DATA,
  ...IDENTITY_DATA,
  ...AUDIT_DATA,
  ...OPERATOR_DATA,
  ...KEY_DATA,
  ...CATALOG_DATA,
  ...PLAN_DATA,
  ...LEDGER_DATA,
  ...STATUS_DATA,
  ...USAGE_DATA,
  ...PAYMENT_DATA,
  ...USDC_DATA,
  ...X402_DATA,
  ...REDEEM_DATA,
  ...MANUAL_DATA,
  ...RULE_DATA,
  ...STRIPE_DATA,
  ...REFUND_DATA,
  ...RECEIPT_DATA,
  ...RECONCILE_DATA,
  ...RETENTION_DATA,
  ...IDEMPOTENCY_DATA,
  ...USAGE_READ_DATA,
  ...ERASURE_DATA,
  ...POLICY_DATA,
  ...RIGHTS_DATA,
  ...SUPPORT_DATA,
  ...NOTIFY_DATA,
  ...EVENT_DATA,
  ...SIGN_ON_DATA,
  ...WEBHOOK_DATA,
  ...TELEGRAM_DATA,
  ...MIGRATION_DATA,
  ...LOGIN_DATA,
  ...MASTER_KEY_DATA,
]

const nobody = {
  category: 'none',
  subject: 'nobody',
  basis: 'none',
  erase: 'nothing',
  export: false,
  recipients: [],
  clauses: [],
  retention: 'process',
} as const
const logged = {
  category: 'identifier',
  subject: 'customer',
  basis: 'legitimate-interest',
  retention: 'host log',
  erase: 'unlinked',
  export: false,
  recipients: [],
  clauses: ['S1.5', 'S3.8', 'S4.5'],
} as const
const measured = { ...nobody, clauses: ['S2.8'] } as const
const answered = {
  category: 'usage',
  subject: 'customer',
  basis: 'contract',
  retention: 'answer',
  erase: 'gone',
  export: false,
  recipients: ['customer'],
  clauses: ['S0.5', 'S1.4'],
} as const
const sentOn = { ...nobody, retention: 'call', recipients: ['upstream'], clauses: ['S0.7', 'S4.13'] } as const
const fetched = { ...nobody, retention: 'call', recipients: ['named-host'], clauses: ['S0.7', 'S4.13'] } as const
const stored = { ...nobody, retention: 'installation', clauses: ['S0.18'] } as const

/** Fields of log lines, beside the time; ids, codes and figures only, as the log replaces whatever is not a plain word. */
export const LOG_FIELDS = declare(logged, {
  event: 'what happened',
  account: 'the account it is about',
  request: 'the request it is about',
  payment: 'the payment it is about',
  chain: 'the number of the chain it is about',
  code: 'the code of a failure, or of a process that ended',
  cause: 'the code of what was thrown',
  signal: 'what ended a process',
  items: 'how many things it is about',
  days: 'how many days a certificate holds',
  seconds: 'how long something has taken, or by how much a clock was set',
  settlements: 'how many settlements a commit held',
  day: 'the day of the books it is about',
  part: 'what the books were compared with',
  source: 'which way of money it is about: a rail, upstreams by their ids, or a part of the books',
  over: 'money that the books have and others do not',
  under: 'money that others have and the books do not',
  loss: 'what the house lost by it',
})

/** Labels of metrics; each has a small fixed set of values. */
export const METRIC_LABELS = declare(measured, {
  outcome: 'how calls ended',
  class: 'the class of tokens',
  part: 'what the books were compared with',
  kind: 'what an alarm over a key is about',
  process: 'whether it is of control or of gateways',
  upstream: 'the id of an upstream of the catalogue',
  le: 'the upper edge of a bucket of a histogram',
})

/** Headers of answers on the public listener. */
export const ANSWER_HEADERS = declare(answered, {
  allow: 'the methods a path takes',
  'anthropic-ratelimit-requests-limit': 'limit of requests, as Anthropic spells it',
  'anthropic-ratelimit-requests-remaining': 'what is left of it',
  'anthropic-ratelimit-requests-reset': 'when it is whole again',
  'anthropic-ratelimit-tokens-limit': 'limit of tokens, as Anthropic spells it',
  'anthropic-ratelimit-tokens-remaining': 'what is left of it',
  'anthropic-ratelimit-tokens-reset': 'when it is whole again',
  'cache-control': 'that no answer may be kept on the way, but for a logo',
  connection: 'whether the connection goes on',
  'content-disposition': 'the name of a file to be kept',
  'content-language': 'the language of a page',
  'content-length': 'bytes of the answer',
  'content-security-policy': 'that a page loads nothing',
  'content-type': 'what the answer is',
  date: 'when it was given',
  'keep-alive': 'how long the connection is kept',
  'payment-required': 'what a call without a key costs, and where it is paid',
  'payment-response': 'how the payment of a call without a key went',
  'referrer-policy': 'that addresses of ours are told to nobody',
  'request-id': 'the request, where clients of Anthropic look for it',
  'retry-after': 'when another try makes sense',
  'set-cookie': { purpose: 'that a browser is signed in', category: 'credential' },
  'strict-transport-security': 'that browsers come over TLS alone',
  'transfer-encoding': 'that the answer comes in chunks',
  vary: 'that a page has more forms than one',
  'www-authenticate': 'how to say who one is',
  'x-content-type-options': 'that browsers do not guess types',
  'x-farebox-cost-usd': 'what the call cost',
  'x-farebox-estimate': 'what of the answer is an estimate of our own',
  'x-farebox-route': 'who answered, where, and what it keeps',
  'x-ratelimit-limit-requests': 'limit of requests, as OpenAI spells it',
  'x-ratelimit-limit-tokens': 'limit of tokens, as OpenAI spells it',
  'x-ratelimit-remaining-requests': 'what is left of it',
  'x-ratelimit-remaining-tokens': 'what is left of it',
  'x-ratelimit-reset-requests': 'when it is whole again',
  'x-ratelimit-reset-tokens': 'when it is whole again',
  'x-request-id': 'the request, to find its row of usage again',
  'x-should-retry': 'that another try does not help soon, where SDKs would make one',
})

/** Headers that go to an upstream with a call; none of them tells who the customer is. */
export const UPSTREAM_HEADERS = declare(sentOn, {
  accept: 'what form the answer should have',
  'accept-encoding': 'that the answer should not be packed',
  'anthropic-beta': 'features that the customer asked for by name',
  'anthropic-version': 'the version of the API',
  authorization: 'the key of the house',
  connection: 'whether the connection goes on',
  'content-length': 'bytes of the call',
  'content-type': 'whether the call is JSON or a form',
  host: 'the upstream itself',
  'transfer-encoding': 'that the call comes in chunks',
  'user-agent': 'that Farebox calls',
  'x-api-key': 'the key of the house',
  'x-goog-api-key': 'the key of the house',
})

/** Headers that go to the host of an address in a request, where an upstream wants bytes; none of them tells who asks, or of what. */
export const FETCH_HEADERS = declare(fetched, {
  accept: 'what type the file should be of',
  'accept-encoding': 'that it should not be packed',
  connection: 'whether the connection goes on',
  host: 'the host itself',
  'user-agent': 'that a fetcher of Farebox asks',
})

const cookie = {
  category: 'credential',
  subject: 'customer',
  basis: 'contract',
  retention: 'answer',
  erase: 'unlinked',
  export: false,
  recipients: ['customer'],
  clauses: ['S4.19', 'S4.20'],
} as const

/** Cookies: one for each listener, and none before somebody signs in. */
export const COOKIES = declare(cookie, {
  '__Host-farebox': 'to keep somebody signed in; it ends 12 hours after its last use',
  '__Host-farebox-operator': { purpose: 'to keep an operator signed in at the operator listener', subject: 'operator' },
})

const choice = {
  ...cookie,
  category: 'none',
  subject: 'nobody',
  basis: 'none',
  retention: 'installation',
  erase: 'nothing',
  recipients: [],
} as const

/** What pages keep in a browser's local storage, when somebody chooses it there; of it the server is told the account alone, by each request. */
export const BROWSER_KEYS = declare(choice, {
  'farebox.account': 'which of several accounts was chosen to act for in this browser, by its id; until signing out',
  'farebox.language': 'the language that was chosen for pages in this browser',
  'farebox.theme': 'whether pages are light or dark in this browser',
  'farebox.errand': {
    purpose: 'that what comes back from an issuer was asked for in this tab; it works once and goes with the tab',
    ...{ category: 'credential', subject: 'customer', basis: 'contract', retention: 'answer', erase: 'gone' },
  },
})

/** What lies in the data directory. */
export const DATA_FILES = declare(stored, {
  acme: 'the certificate that came by itself with its key, the key of the account with the authority, and how tries went',
  'demo-key': 'the key of the demo account, which spends simulated money only',
  erasures: 'keyed values of persons who were erased, so that no old copy brings them back',
  keys: 'master keys that sealed columns open with, keys of persons and of days, and keys that sign receipts',
  'last-backup': 'when farebox backup last ran',
  lock: 'that one process alone uses the directory',
  'node-id': 'the id of this installation',
  'operator-token': 'the token of the operator',
  proof: 'results of checks that were run on this installation',
  restoring: 'keys that farebox restore brings back, while it is under way',
  postgres: 'the embedded database, its password and its last words',
  run: 'local sockets',
})

const counted = {
  category: 'usage',
  subject: 'customer',
  basis: 'contract',
  retention: '1 hour',
  erase: 'gone',
  export: false,
  recipients: [],
  clauses: ['S0.3', 'S2.8'],
} as const

/** What nodes share in the Valkey of VALKEY_URL: figures alone, under keyed hashes of keys, accounts and address tags, that all expire. */
export const VALKEY_KEYS = declare(counted, {
  'farebox:limits:era': { purpose: 'since when no count was lost', subject: 'nobody', category: 'none', basis: 'none' },
  'farebox:limits:live': { purpose: 'which processes of nodes count, until when', subject: 'nobody', category: 'none', basis: 'none' },
  'farebox:limits:since': { purpose: 'from which minute on each of them does', subject: 'nobody', category: 'none', basis: 'none' },
  'farebox:limits:mode': { purpose: 'who grants from limits in a minute', subject: 'nobody', category: 'none', basis: 'none' },
  'farebox:limits:requests': 'how many requests of a limit were handed out in a minute',
  'farebox:limits:tokens': 'how many tokens of a limit were handed out in a minute',
  'farebox:limits:places': 'how many places among concurrent calls each process has of a limit',
})

const called = { ...nobody, retention: 'call', erase: 'gone' } as const

/** Places that are called, and nothing else is: upstreams of the catalogue by a gateway, their reports by control. */
export const OUTBOUND = declare(called, {
  upstream: {
    ...{ purpose: 'to have a call answered by the upstream that its model names', category: 'content', subject: 'customer' },
    ...{ basis: 'contract', recipients: ['upstream'], clauses: ['S0.7', 'S0.14', 'S1.22', 'S2.11', 'S4.13'] },
  },
  'access-token': { purpose: "to get a token of the house's own for an upstream that asks for one", clauses: ['S1.22'] },
  'named-host': {
    purpose: 'to fetch the file that an address in a call leads to, for upstreams that the operator set so; the host learns the address',
    ...{ category: 'content', subject: 'customer', basis: 'contract' },
    ...{ recipients: ['named-host'], clauses: ['S0.7', 'S4.13'] },
  },
  mail: {
    ...{ purpose: 'to tell people what concerns their account', category: 'contact', subject: 'customer' },
    ...{ basis: 'legal-obligation', recipients: ['mail-carrier'], clauses: ['S0.13', 'S1.27'] },
  },
  btcpay: {
    ...{
      purpose: 'to ask for an invoice and whether it is paid; what is told is an amount and the number of the payment',
      category: 'money',
    },
    ...{ subject: 'customer', basis: 'contract', recipients: ['payment-processor'], clauses: ['S0.4', 'S0.11'] },
  },
  chain: {
    ...{ purpose: 'to read what came to addresses that were given to customers; endpoints learn these addresses, and hashes of payments' },
    ...{ category: 'identifier', subject: 'customer', basis: 'contract', recipients: ['chain'], clauses: ['S0.4', 'S0.11'] },
  },
  facilitator: {
    ...{ purpose: 'to have a payment that came with a call checked and carried out; what is told is the payment, not the call' },
    ...{ category: 'identifier', subject: 'customer', basis: 'contract' },
    ...{ recipients: ['payment-processor', 'chain'], clauses: ['S0.4', 'S0.11'] },
  },
  sanctions: { purpose: 'to read a list of addresses; nothing of anybody is asked', clauses: ['S0.11'] },
  stripe: {
    ...{ purpose: 'to have cards charged and paid back; what is told is an amount and ids that mean nothing elsewhere', category: 'money' },
    ...{ subject: 'customer', basis: 'contract', recipients: ['payment-processor'], clauses: ['S0.4', 'S0.13', 'S4.4'] },
  },
  webhook: {
    ...{ purpose: 'to tell an account what happened to it, at the address that it named; ids, figures and times', category: 'identifier' },
    ...{ subject: 'customer', basis: 'contract', recipients: ['own-host'], clauses: ['S0.13', 'S1.13'] },
  },
  issuer: {
    ...{ purpose: 'to have an issuer say who somebody is who comes from there; it learns that they come here', category: 'identifier' },
    ...{ subject: 'customer', basis: 'contract', recipients: ['issuer'], clauses: ['S0.13', 'S4.24'] },
  },
  telegram: {
    ...{ purpose: 'to write to people in a chat that they bound; what is told is a letter without a secret', category: 'contact' },
    ...{ subject: 'customer', basis: 'contract', recipients: ['messenger'], clauses: ['S0.13', 'S4.24'] },
  },
  tracing: {
    ...{ purpose: 'to tell a collector of the house how long calls took: times, model, upstream and outcome, and not whose they were' },
    ...{ category: 'usage', subject: 'customer', basis: 'legitimate-interest', clauses: ['S0.11', 'S1.22'] },
  },
  authority: {
    ...{
      purpose:
        'to have a certificate for names of the house; what is told are the names, and the mail address of the operator where one is set',
    },
    ...{ category: 'contact', subject: 'operator', basis: 'legitimate-interest', clauses: ['S0.11'] },
  },
  report: { purpose: 'to read what an upstream says that a day cost; what is asked is a date', clauses: ['S0.11'] },
})

export { MAIL_FIELDS, WEBHOOK_FIELDS } from './notify/index.ts'

/** All of it, as the privacy policy is made of it. */
export const INVENTORY: Inventory = {
  columns: PERSONAL_DATA,
  logFields: LOG_FIELDS,
  metricLabels: METRIC_LABELS,
  ...{ answerHeaders: ANSWER_HEADERS, upstreamHeaders: UPSTREAM_HEADERS, fetchHeaders: FETCH_HEADERS },
  ...{ cookies: COOKIES, browserKeys: BROWSER_KEYS },
  files: DATA_FILES,
  sharedKeys: VALKEY_KEYS,
  mailFields: MAIL_FIELDS,
  outbound: OUTBOUND,
}
