import { declare } from '../privacy/index.ts'

const mailed = {
  category: 'usage',
  subject: 'customer',
  basis: 'legal-obligation',
  retention: 'call',
  erase: 'gone',
  export: false,
  recipients: ['mail-carrier'],
  clauses: ['S0.13', 'S1.13', 'S4.10'],
} as const

/** What mails are filled with; every other word of them is the same for everybody. */
export const MAIL_FIELDS = declare(mailed, {
  to: { purpose: 'the address a mail goes to', category: 'contact' },
  kind: 'what was asked for',
  link: { purpose: 'where to go on, with a secret that works once', category: 'credential' },
  hint: { purpose: 'the first and last characters of a key', category: 'identifier', basis: 'contract' },
  reason: 'why an operator stopped a key, one of five reasons',
  hours: 'how long the link works',
  gone_by: 'when what is kept of somebody can be read no more',
  days: 'how many days are left',
  effective: 'from when a policy holds',
  providers: { purpose: 'providers of models that are to come, the same for everybody', subject: 'nobody', category: 'none' },
  threshold: 'below which balance somebody is told',
  model: 'the model whose price changes',
  before: 'what share of the list price a plan pays, or paid',
  after: 'what share of the list price it will pay, or pays',
  plan: 'what is subscribed to',
  price: { purpose: 'what it cost', category: 'money' },
  until: 'until when it is paid, works or is held',
  pool: 'the pool that a seat is of',
  block: 'the hours that a seat serves in',
  amount: { purpose: 'what a card was to pay, or what a key spent in five minutes', category: 'money', basis: 'contract' },
  asked: 'on which day something was asked of support',
  browser: 'which browser signed in, by its family and main version',
  passkeys: 'how many passkeys somebody has',
  apps: 'how many authenticator apps somebody has',
  links: 'how many other services sign somebody in',
  from: { purpose: 'who invites, by their e-mail', category: 'contact' },
  team: { purpose: 'what the team is called that somebody is invited into', category: 'free-text' },
  role: 'what somebody is invited as',
  key: 'the first and last characters of a key',
  window: 'for how long a budget is',
  domain: { purpose: 'a mail domain of the account', category: 'identifier' },
  endpoint: 'the id of a webhook',
  title: { purpose: 'what an announcement is about, the same for everybody', subject: 'nobody', category: 'none' },
  words: { purpose: 'what the house announces, the same for everybody', subject: 'nobody', category: 'none' },
})

const hooked = { ...mailed, basis: 'contract', recipients: ['own-host'], clauses: ['S0.13', 'S1.13'] } as const

/** What is sent to webhooks: ids, figures, times and words of ours. */
export const WEBHOOK_FIELDS = declare(hooked, {
  type: 'what happened',
  timestamp: 'when it happened',
  threshold: { purpose: 'below which balance somebody is told', category: 'money' },
  subject_id: { purpose: 'the key, group or subscription that a budget is of', category: 'identifier' },
  window: 'for how long a budget is',
  amount: { purpose: 'how much money it is about', category: 'money' },
  resets_at: 'when a budget begins anew',
  day: 'on which UTC day so much was spent',
  key_id: { purpose: 'the key that it is about', category: 'identifier' },
  transfer_id: { purpose: 'the movement of money that it is about', category: 'identifier' },
  subscription_id: { purpose: 'the subscription that it is about', category: 'identifier' },
  state: 'what a subscription is now',
  period_end: 'until when a subscription is paid',
  announcement_id: 'the announcement that it is about',
  'webhook-id': { purpose: 'that a message can be told from others', category: 'identifier' },
  'webhook-timestamp': 'when a message was sent',
  'webhook-signature': 'that a message is ours',
})
