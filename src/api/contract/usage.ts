import { z } from '@hono/zod-openapi'
import { isUtcDay } from '../../lib/index.ts'
import { OUTCOMES, REPORTED_MODELS, SERVICE_TIERS, SPEND_OWNERS, SPEND_WINDOWS, USAGE_SOURCES } from '../../spec/index.ts'
import { balanceShown, limitsShown, nameText, pageOf, pageQuery, time, usd } from './fields.ts'

const count = z.int().min(0)

/**
 * Tokens by class; the classes do not overlap, but `reasoning` is a part of `output`. Classes that most calls have nothing of are absent
 * when they are zero.
 */
export const tokensShown = z
  .strictObject({
    ...{ input: count, output: count, cached_read: count, cache_write_5m: count, cache_write_1h: count, reasoning: count },
    ...{ image_input: count.optional(), audio_input: count.optional(), image_output: count.optional(), audio_output: count.optional() },
    embedding: count.optional(),
  })
  .openapi('Tokens')

/** What is counted in pieces; `calls` is the call itself where that has a price. What is zero is absent. */
export const piecesShown = z
  .strictObject({
    ...{ images: count.optional(), web_searches: count.optional(), tool_calls: count.optional(), calls: count.optional() },
    ...{ audio_seconds: count.optional(), characters: count.optional() },
  })
  .openapi('Pieces')

/** What a call used, by class. */
export const usageByClass = { tokens: tokensShown, pieces: piecesShown }

/** What a call was priced by. */
export const termsShown = {
  price_version: z.int(),
  /** The tier that was charged. */
  service_tier: z.enum(SERVICE_TIERS),
  /** The card of the price version that applied: that of the tier, or of standard service, for prompts above so many tokens. */
  card: z.strictObject({ service_tier: z.enum(SERVICE_TIERS), prompt_above: count }),
  multiplier: z.string().openapi({ example: '1.25' }),
  /** Tokens each way that the upstream told of, where they were cut to what can be. */
  reported: z.strictObject({ input: count, output: count }).nullable(),
}

/** One settled call, as the operator sees it: what the upstream asks of the house is for no customer to see. */
export const usageShown = z
  .object({
    request_id: z.string(),
    at: time,
    model: z.string(),
    key_id: z.string(),
    ...usageByClass,
    cost: usd,
    hold: usd,
    /** What a plan paid instead of the balance, and the subscription of it. */
    covered: usd.nullable(),
    covered_by: z.string().nullable(),
    shortfall: usd,
    upstream_cost: usd.nullable(),
    margin: usd.nullable(),
    ...termsShown,
    outcome: z.enum(OUTCOMES),
    billing_rule: z.string(),
    status: z.int(),
    usage_source: z.enum(USAGE_SOURCES),
    reported_model: z.enum(REPORTED_MODELS),
    is_stream: z.boolean(),
    is_suspect: z.boolean(),
    latency_ms: z.int(),
    first_byte_ms: z.int().nullable(),
  })
  .openapi('Usage')

/** The same, as its customer sees it. */
export const ownCallShown = usageShown.omit({ upstream_cost: true, margin: true }).openapi('OwnCall')

const DAY_EXPECTED = 'a UTC day such as 2026-11-21'

/** Which page of an account's calls, and of which of them: those of a key, of a model, of an outcome, of the keys that a member made, of a UTC day. */
export const ownCallsQuery = pageQuery.extend({
  keyId: z.string().max(64).optional(),
  model: nameText(200).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  memberId: z.string().max(64).optional(),
  day: z.iso.date({ error: DAY_EXPECTED }).refine(isUtcDay, { error: DAY_EXPECTED }).optional(),
})

/**
 * A page of calls. One that is asked for by model, outcome or member can hold fewer calls than were asked for, or none, while `next` goes on:
 * then `searchedTo` says how far back the search has come.
 */
export const ownCallPage = pageOf(ownCallShown).extend({ searchedTo: time.nullable() })

const sum = z.object({ calls: z.int(), ...usageByClass, cost: usd, covered: usd }).openapi('UsageSum')
const recent = { today: sum, last_30_days: sum, limits: limitsShown }

/** What is spent of a limit in the window that holds; `duration` is the window's length, `resets_at` null for one that never ends. */
const budget = { spent: usd, limit: usd.nullable(), duration: z.enum(SPEND_WINDOWS), resets_at: time.nullable() }

/** A limit that calls of a key count against: whose it is, and whether it pays instead of the balance. */
export const spendingShown = z.object({ of: z.enum(SPEND_OWNERS), pays: z.boolean(), ...budget }).openapi('SpendingLimit')

/**
 * What a caller's terms are: those of the subscription that its key is attached to, else of the plan of its account. The slug of a seat is that of its pool and
 * block, which `seat` tells apart, with its hours; `expires_at` is the end of what is paid, null where it never ends.
 */
const ownPlanShown = z.object({
  slug: z.string().openapi({ example: 'core:europe' }),
  status: z.enum(['active', 'past_due', 'canceled']),
  expires_at: time.nullable(),
  seat: z.object({ pool: z.string(), block: z.string(), hours_utc: z.string().nullable().openapi({ example: '08:00-16:00' }) }).nullable(),
})

/** What a customer sees at /v1/usage: the caller's key, its account, its limits, what is left. */
export const ownUsageShown = z.object({
  object: z.literal('usage'),
  /** Of the plan that pays, else of the cap that bounds the key; null without either. */
  budget: z.object(budget).nullable(),
  /** Every limit that calls of the key count against. */
  spending: z.array(spendingShown),
  /** The smallest that key, subscription and account set. */
  rate_limits: z.object({ rpm: z.int().nullable(), tpm: z.int().nullable(), concurrency: z.int().nullable() }),
  plan: ownPlanShown.nullable(),
  /** Null for the key of an end user, as is what follows of the account. */
  credits: z.object({ balance: usd }).nullable(),
  key: z.object({
    id: z.string(),
    name: z.string().nullable(),
    /** Whether it is attached to a subscription, whose terms its calls are on, or to none. */
    type: z.enum(['subscription', 'credit']),
    created_at: time,
    models: z.array(z.string()).nullable(),
    expires_at: time.nullable(),
    ...recent,
  }),
  account: z.object({ id: z.string(), ...recent }).nullable(),
  balance: balanceShown.nullable(),
})

/** What a customer sees at /v1/balance. */
export const ownBalanceShown = balanceShown.extend({ object: z.literal('balance'), currency: z.literal('USD'), debt: usd })
