import { z } from '@hono/zod-openapi'
import { OUTCOMES, REPORTED_MODELS, USAGE_SOURCES } from '../../spec/index.ts'
import { balanceShown, limitsShown, time, usd } from './fields.ts'

/** Tokens by class; the classes do not overlap, but `reasoning` is a part of `output`. */
export const tokensShown = z
  .object({
    input: z.int(),
    output: z.int(),
    cached_read: z.int(),
    cache_write_5m: z.int(),
    cache_write_1h: z.int(),
    reasoning: z.int(),
  })
  .openapi('Tokens')

/** One settled call. */
export const usageShown = z
  .object({
    request_id: z.string(),
    at: time,
    model: z.string(),
    key_id: z.string(),
    tokens: tokensShown,
    cost: usd,
    hold: usd,
    price_version: z.int(),
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

const sum = z.object({ calls: z.int(), tokens: tokensShown, cost: usd }).openapi('UsageSum')
const recent = { today: sum, last_30_days: sum, limits: limitsShown }

/** What a customer sees at /v1/usage: the caller's key, its account, what is left. */
export const ownUsageShown = z.object({
  object: z.literal('usage'),
  key: z.object({ id: z.string(), name: z.string(), models: z.array(z.string()).nullable(), expires_at: time.nullable(), ...recent }),
  account: z.object({ id: z.string(), ...recent }),
  balance: balanceShown,
})

/** What a customer sees at /v1/balance. */
export const ownBalanceShown = balanceShown.extend({ object: z.literal('balance'), currency: z.literal('USD'), debt: usd })
