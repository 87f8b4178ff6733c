import { z } from 'zod'
import { OUTCOMES, REPORTED_MODELS, USAGE_SOURCES } from '../spec/index.ts'

const count = z.int().min(0)
const amount = z.string().regex(/^(?:0|[1-9]\d{0,18})$/)
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const step = z.union([z.strictObject({ left: hash }), z.strictObject({ right: hash })])
const path = z.array(step).max(40)

/** What a receipt says of a call: who, what was asked, who answered, what was used, at which rates, what it cost. Its canonical JSON is the leaf. */
export const receiptCall = z.strictObject({
  version: z.literal(1),
  request_id: z.string(),
  account_id: z.string(),
  key_id: z.string(),
  started_at: z.string(),
  /** The UTC day it is charged to. */
  day,
  /** As it was asked for. */
  model: z.string(),
  reported_model: z.enum(REPORTED_MODELS),
  /** Who answered, and the name the model has there; null when nobody was called. */
  route: z.strictObject({ upstream: z.string(), model: z.string() }).nullable(),
  outcome: z.enum(OUTCOMES),
  /** Tokens by class; the classes do not overlap, but `reasoning` is a part of `output`. */
  usage: z.strictObject({
    input: count,
    cache_read: count,
    cache_write_5m: count,
    cache_write_1h: count,
    output: count,
    reasoning: count,
  }),
  usage_source: z.enum(USAGE_SOURCES),
  price_version: count,
  /** Nano-USD per million tokens. */
  rates: z.strictObject({ input: amount, cache_read: amount, cache_write_5m: amount, cache_write_1h: amount, output: amount }),
  hold_nano_usd: amount,
  cost_nano_usd: amount,
  /** What the price was above what was held: the house's loss. */
  shortfall_nano_usd: amount,
})
export type ReceiptCall = z.infer<typeof receiptCall>

/** What control signs: the root over the calls of some commits of a node. */
export const batchClaims = z.strictObject({ batch: count, count: z.int().min(1), day, node: z.string(), root: hash })
export type BatchClaims = z.infer<typeof batchClaims>

/** A receipt as it is served and kept: the call, its path to the signed root of its batch, and from there to the root of its day. */
export const shownReceipt = z.strictObject({
  object: z.literal('receipt'),
  call: receiptCall,
  batch: z.strictObject({ path, jws: z.string().max(2_000) }),
  /** Null until the day is closed. */
  day: z.strictObject({ path, salt: hash, root: hash }).nullable(),
})
export type ShownReceipt = z.infer<typeof shownReceipt>
