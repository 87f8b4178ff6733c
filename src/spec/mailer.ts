import type { Language } from './language.ts'

/** The mails that are sent, and what each is filled with; nothing else of a person is in one. */
export const MAIL_TEMPLATES = {
  'privacy-link': ['kind', 'link', 'hours'],
  'email-confirm': ['link', 'hours'],
  'email-changed': [],
  'erasure-begun': ['gone_by'],
  'inactive-notice': ['days'],
  'auto-top-up-off': ['amount'],
  'policy-change': ['effective', 'link'],
  'providers-coming': ['effective', 'providers', 'link'],
  'price-change': ['model', 'effective', 'link'],
  'plan-change': ['plan', 'before', 'after', 'effective', 'link'],
  'plan-changed': ['plan', 'before', 'after', 'effective', 'link'],
  'balance-low': ['threshold'],
  'balance-back': ['threshold'],
  'subscription-renewed': ['plan', 'price', 'until'],
  'subscription-past-due': ['plan', 'until'],
  'subscription-ended': ['plan'],
  'subscription-price': ['plan', 'before', 'after', 'effective'],
  'seat-free': ['pool', 'block', 'until'],
  'support-answered': ['asked'],
  'sign-up-link': ['link', 'hours'],
  'sign-up-known': ['link'],
  'sign-up-refused': [],
  'key-paused': ['hint', 'amount'],
  'key-stopped': ['hint', 'reason', 'link'],
  'key-revoked': ['hint', 'reason', 'link'],
  'key-spending': ['hint', 'amount'],
  'password-reset': ['link', 'hours'],
  'password-changed': ['passkeys', 'apps', 'links', 'managing', 'calling', 'link'],
  'team-invitation': ['from', 'team', 'role', 'link', 'days'],
  'member-joined': ['team', 'role', 'link'],
  'new-sign-in': ['browser', 'link'],
  'sign-in-linked': ['link'],
  'sign-in-unlinked': ['link'],
  'passkey-added': ['link'],
  'passkey-removed': ['link'],
  'authenticator-added': ['link'],
  'authenticator-removed': ['link'],
  'recovery-codes-renewed': ['link'],
  'second-factors-revoked': ['passkeys', 'apps', 'link'],
  'team-domain-missing': ['domain'],
  'team-domain-lost': ['domain'],
  'operator-invitation': ['link', 'hours'],
  'operator-email-confirm': ['link', 'hours'],
  'operator-email-changed': [],
  'operator-passkey-added': [],
  'operator-passkey-removed': [],
  'operator-app-changed': [],
  'operator-password-changed': [],
  'operator-password-removed': [],
  'operator-codes-renewed': [],
  'operator-issuer-linked': [],
  'operator-issuer-unlinked': [],
  'payment-received': ['amount'],
  'refund-asking': ['amount', 'link'],
  'refund-sent': ['amount'],
  'gift-expiring': ['amount', 'until'],
  'key-leaked': ['key'],
  'key-rotated': ['hint', 'link'],
  'budget-reached': ['amount', 'window'],
  'spend-reached': ['amount'],
  'model-deprecated': ['model', 'effective', 'link'],
  incident: ['title', 'words'],
  announcement: ['title', 'words'],
  'webhook-off': ['endpoint'],
} as const satisfies Record<string, readonly string[]>

/** The name of a mail. */
export type MailTemplate = keyof typeof MAIL_TEMPLATES

/** Sends mail; rejects when it cannot. Addresses and fields are not kept. */
export type Mailer = {
  readonly send: (template: MailTemplate, to: string, fields: Readonly<Record<string, string>>) => Promise<void>
  /** The same for people who have no account yet and read this language; absent where there is but one. */
  readonly inLanguage?: (language: Language | undefined) => Mailer
}
