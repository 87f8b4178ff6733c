import { z } from '@hono/zod-openapi'
import type { SpendCap } from '../../keys/index.ts'
import { formatUsd, parseUsd } from '../../lib/index.ts'
import { COUNTRY_CODE, PAUSE_REASONS, type RouteRules, SPEND_WINDOWS } from '../../spec/index.ts'
import { limitsInput, limitsShown, ownWords, pageOf, time, usd } from './fields.ts'
import { ipRangesInput, ipRangesShown } from './ip-ranges.ts'
import { keyStopShown } from './suspension.ts'

const MODELS_EXPECTED = 'a list of 1 to 1000 model ids'

const UPSTREAMS_EXPECTED = 'a list of 1 to 100 ids of upstreams'
const upstreams = z.array(z.string(UPSTREAMS_EXPECTED).min(1, UPSTREAMS_EXPECTED).max(64, UPSTREAMS_EXPECTED), UPSTREAMS_EXPECTED)
const COUNTRIES_EXPECTED = 'a list of 1 to 50 country codes such as DE'
const flag = z.boolean('true or false').optional()

/** Where calls of a key may go, as it is sent: absent members rule nothing out. */
export const routingInput = z.strictObject({
  allow: upstreams.min(1, UPSTREAMS_EXPECTED).max(100, UPSTREAMS_EXPECTED).optional(),
  deny: upstreams.min(1, UPSTREAMS_EXPECTED).max(100, UPSTREAMS_EXPECTED).optional(),
  countries: z
    .array(z.string(COUNTRIES_EXPECTED).regex(COUNTRY_CODE, COUNTRIES_EXPECTED), COUNTRIES_EXPECTED)
    .min(1, COUNTRIES_EXPECTED)
    .max(50, COUNTRIES_EXPECTED)
    .optional(),
  local_only: flag,
  zdr_only: flag,
})

/** The rules of what was sent; undefined when it rules nothing out. */
export function readRouting(sent: z.output<typeof routingInput> | undefined): RouteRules | undefined {
  if (sent === undefined) return undefined
  const { allow, deny, countries, local_only: localOnly, zdr_only: zdrOnly } = sent
  const rules = {
    ...(allow === undefined ? {} : { allow }),
    ...(deny === undefined ? {} : { deny }),
    ...(countries === undefined ? {} : { countries }),
    ...(localOnly === true ? { localOnly } : {}),
    ...(zdrOnly === true ? { zdrOnly } : {}),
  }
  return Object.keys(rules).length === 0 ? undefined : rules
}

/** Where calls of a key may go, as it is shown. */
export const routingShown = z
  .object({
    allow: z.array(z.string()).nullable(),
    deny: z.array(z.string()).nullable(),
    countries: z.array(z.string()).nullable(),
    local_only: z.boolean(),
    zdr_only: z.boolean(),
  })
  .openapi('KeyRouting')

/** The rules of a key as they are shown; null when it has none. */
export const showRouting = (rules: RouteRules | undefined): z.output<typeof routingShown> | null =>
  rules === undefined
    ? null
    : {
        allow: rules.allow === undefined ? null : [...rules.allow],
        deny: rules.deny === undefined ? null : [...rules.deny],
        countries: rules.countries === undefined ? null : [...rules.countries],
        local_only: rules.localOnly === true,
        zdr_only: rules.zdrOnly === true,
      }

const CAP_EXPECTED = 'an object of "amount", a decimal string of USD above 0, and "window"'
const WINDOW_EXPECTED = `one of ${SPEND_WINDOWS.join(', ')}`

/** What may be spent in each window, as it is sent. Windows are UTC: 5h from 00:00 on, a week from Monday on; "total" never ends. */
export const spendCapInput = z
  .strictObject(
    {
      amount: z
        .string(CAP_EXPECTED)
        .refine((text) => isCapAmount(text), { error: CAP_EXPECTED })
        .openapi({ type: 'string', example: '5.00' }),
      window: z.enum(SPEND_WINDOWS, WINDOW_EXPECTED),
    },
    CAP_EXPECTED,
  )
  .openapi('SpendCap')

const isCapAmount = (text: string): boolean => {
  const amount = parseUsd(text)
  return amount !== undefined && amount > 0n && amount <= CAP_MAX
}
const CAP_MAX = 1_000_000_000_000_000n

/** A cap that was sent; undefined for none. */
export const readSpendCap = (sent: z.output<typeof spendCapInput> | null | undefined): SpendCap | undefined =>
  sent === null || sent === undefined ? undefined : { amount: parseUsd(sent.amount) ?? 0n, window: sent.window }

/** A cap as it is shown; null for none. */
export const spendCapShown = z.object({ amount: usd, window: z.enum(SPEND_WINDOWS) }).openapi('ShownSpendCap')

/** A cap as it is shown. */
export const showSpendCap = (cap: SpendCap | undefined): z.output<typeof spendCapShown> | null =>
  cap === undefined ? null : { amount: formatUsd(cap.amount), window: cap.window }

/** What can be changed of a key; null takes the cap away, or lets calls come from everywhere. */
export const keyChange = z
  .strictObject({ spend_cap: spendCapInput.nullable().optional(), ip_ranges: ipRangesInput.nullable().optional() })
  .refine((change) => Object.keys(change).length > 0, { error: '"spend_cap", "ip_ranges" or both' })
  .openapi('KeyChange')

/** What a new key is made of; without `models` it may call every one, and without `subscription_id` it spends the balance. */
export const keyInput = z
  .strictObject({
    name: ownWords(64),
    limits: limitsInput.optional(),
    models: z
      .array(z.string(MODELS_EXPECTED).min(1, MODELS_EXPECTED).max(200, MODELS_EXPECTED), MODELS_EXPECTED)
      .min(1, MODELS_EXPECTED)
      .max(1000, MODELS_EXPECTED)
      .optional(),
    routing: routingInput.optional(),
    ip_ranges: ipRangesInput.optional(),
    subscription_id: z.uuid('the id of a subscription of the account').optional(),
    spend_cap: spendCapInput.optional(),
    group_id: z.uuid('the id of a group of keys of this account').optional(),
    expires_at: z.iso.datetime({ offset: true, error: 'a time such as 2027-01-31T00:00:00Z' }).optional(),
  })
  .openapi('NewKey')

/** A key as it is remembered for a repeated POST: without its name, its secret and the addresses that it may be used from. */
export const keyRemembered = z.object({
  id: z.string(),
  account_id: z.string(),
  hint: z.string(),
  limits: limitsShown,
  models: z.array(z.string()).nullable(),
  routing: routingShown.nullable().default(null),
  subscription_id: z.string().nullable().default(null),
  spend_cap: spendCapShown.nullable().default(null),
  group_id: z.string().nullable().default(null),
  expires_at: time.nullable(),
  revoked_at: time.nullable(),
  created_at: time,
})

/** Why a key rests. */
export const pauseShown = z.enum(PAUSE_REASONS)

/** A key as the operator sees it; without a name when its account was erased. */
export const keyShown = keyRemembered
  .extend({
    ...{ name: z.string().nullable(), paused_for: pauseShown.nullable(), ip_ranges: ipRangesShown, old_secret_until: time.nullable() },
    /** What an operator did to it; null: nothing. */
    stop: keyStopShown.nullable(),
  })
  .openapi('Key')

/** A new key: the only answer that ever holds its secret. */
export const keyMinted = keyShown.extend({ secret: z.string() }).openapi('MintedKey')

/** A key that was revoked. */
export const keyRevoked = z.object({ id: z.string(), revoked_at: time }).openapi('RevokedKey')

/** A page of keys. */
export const keyPage = pageOf(keyShown)

export type ShownKey = z.output<typeof keyShown>
export type MintedKey = z.output<typeof keyMinted>
export type KeyPage = z.output<typeof keyPage>
