import { z } from 'zod'
import { isLoopback } from '../../../lib/index.ts'

/** What people read when a field of Stripe's part of farebox.yaml is not right. */
export const STRIPE_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  'payments.stripe': { expected: 'a mapping with secret_key and webhook_secret', mend: 'leave it out to take no cards' },
  'payments.stripe.secret_key': { expected: 'a secret or restricted key of Stripe', mend: 'write it like ${STRIPE_SECRET_KEY}' },
  'payments.stripe.webhook_secret': {
    expected: 'the signing secret of the webhook endpoint',
    mend: 'write it like ${STRIPE_WEBHOOK_SECRET}',
  },
  'payments.stripe.automatic_tax': { expected: 'true or false', mend: 'leave it out unless Stripe Tax is set up' },
  'payments.stripe.redaction': { expected: 'true or false', mend: 'leave it out unless Stripe let you into the preview of redaction jobs' },
  'payments.stripe.api_base': { expected: 'an https address, or one of this machine', mend: 'leave it out: it is for tests' },
}

const told = (path: string): string => STRIPE_FIELDS[`payments.stripe${path}`]?.expected ?? ''

/** Stripe's part of farebox.yaml. */
export const stripeBlock = z
  .strictObject({
    secret_key: z.string().max(300).describe(told('.secret_key')).optional(),
    webhook_secret: z.string().max(300).describe(told('.webhook_secret')).optional(),
    automatic_tax: z.boolean().describe(told('.automatic_tax')).optional(),
    redaction: z.boolean().describe(told('.redaction')).optional(),
    api_base: z.string().refine(isAllowedBase).describe(told('.api_base')).optional(),
  })
  .describe(told(''))

/** Where Stripe is asked. Source: docs.stripe.com/ips (2026-11-26). */
export const STRIPE_ADDRESS = 'https://api.stripe.com'

/** What cards are taken with. */
export type StripeSettings = {
  readonly secretKey: string
  readonly webhookSecret: string
  readonly isTaxed: boolean
  /** Whether erasing somebody also redacts what Stripe keeps of them, beside deleting the customer there. */
  readonly isRedacting: boolean
  readonly apiBase: string | undefined
}

const SECRET_KEY = /^(?:sk|rk)_(?:test|live)_\w{16,}$/
/** With an empty or short secret anybody could sign; Stripe's own have 32 characters after the prefix. */
const WEBHOOK_SECRET = /^whsec_[\w+/=]{24,}$/

/** The settings; undefined unless both secrets are there and look like Stripe's, as without them nobody's word can be believed. */
export function stripeSettingsOf(written: z.output<typeof stripeBlock> | undefined): StripeSettings | undefined {
  const { secret_key: secretKey = '', webhook_secret: webhookSecret = '', automatic_tax, redaction, api_base: apiBase } = written ?? {}
  if (!SECRET_KEY.test(secretKey) || !WEBHOOK_SECRET.test(webhookSecret)) return undefined
  return { secretKey, webhookSecret, isTaxed: automatic_tax ?? false, isRedacting: redaction ?? false, apiBase }
}

function isAllowedBase(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, pathname } = new URL(text)
  return pathname === '/' && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)))
}
