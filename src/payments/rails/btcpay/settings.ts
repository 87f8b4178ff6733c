import { z } from 'zod'

/** What people read when a field of payments.btcpay in farebox.yaml is not right. */
export const BTCPAY_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  'payments.btcpay': {
    expected: 'a mapping with url, store_id, api_key and webhook_secret',
    mend: 'leave it out to take no coins by BTCPay Server',
  },
  'payments.btcpay.url': { expected: 'the https address of your BTCPay Server', mend: 'write it like https://pay.example.com' },
  'payments.btcpay.store_id': { expected: 'the id of a store', mend: 'copy it from the settings of the store' },
  'payments.btcpay.api_key': {
    expected: 'an API key of 20 to 200 characters',
    mend: 'make one that may create and view invoices of the store, and write ${NAME}',
  },
  'payments.btcpay.webhook_secret': {
    expected: 'the secret of the webhook, at least 16 characters',
    mend: 'copy it from the webhook of the store that points to /webhooks/btcpay, and write ${NAME}',
  },
}

const told = (field: string): string => BTCPAY_FIELDS[`payments.btcpay.${field}`]?.expected ?? ''

/** Plain HTTP is for tests on this machine alone: an API key travels. */
const ADDRESS = /^(?:https:\/\/[^\s?#@]+|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?)$/

/** The part of farebox.yaml on BTCPay Server. */
export const btcpayBlock = z
  .strictObject({
    url: z.string().regex(ADDRESS).describe(told('url')),
    store_id: z
      .string()
      .regex(/^[A-Za-z0-9]{8,64}$/)
      .describe(told('store_id')),
    api_key: z
      .string()
      .regex(/^[\x21-\x7e]{20,200}$/)
      .describe(told('api_key')),
    webhook_secret: z
      .string()
      .regex(/^[\x21-\x7e]{16,200}$/)
      .describe(told('webhook_secret')),
  })
  .describe(BTCPAY_FIELDS['payments.btcpay']?.expected ?? '')

/** Where a BTCPay Server is, and what it is asked and known by. */
export type BtcpaySettings = {
  readonly url: string
  readonly storeId: string
  readonly apiKey: string
  readonly webhookSecret: string
}

/** The settings as the file has them. */
export const btcpaySettingsOf = (written: z.output<typeof btcpayBlock>): BtcpaySettings => ({
  url: written.url.replace(/\/+$/, ''),
  storeId: written.store_id,
  apiKey: written.api_key,
  webhookSecret: written.webhook_secret,
})
