import { z } from 'zod'
import { CALL_STAGES, CLASS_NAMES, OUTCOMES, parseMultiplier, REPORTED_MODELS, SERVICE_TIERS, UNITS, USAGE_SOURCES } from '../spec/index.ts'

const count = z.int().min(0)
const amount = z.string().regex(/^(?:0|[1-9]\d{0,18})$/)
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const step = z.union([z.strictObject({ left: hash }), z.strictObject({ right: hash })])
const path = z.array(step).max(40)

/** What every receipt says of a call: who, what was asked, who answered, what it cost. */
const anyCall = {
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
  usage_source: z.enum(USAGE_SOURCES),
  price_version: count,
  hold_nano_usd: amount,
  cost_nano_usd: amount,
  /** What the price was above what was held: the house's loss. */
  shortfall_nano_usd: amount,
}

/** The call in receipts from before there were multipliers; its canonical JSON is the leaf. */
export const firstCall = z.strictObject({
  ...anyCall,
  version: z.literal(1),
  /** Tokens by class; the classes do not overlap, but `reasoning` is a part of `output`. */
  usage: z.strictObject({
    input: count,
    cache_read: count,
    cache_write_5m: count,
    cache_write_1h: count,
    output: count,
    reasoning: count,
  }),
  /** Nano-USD per million tokens. */
  rates: z.strictObject({ input: amount, cache_read: amount, cache_write_5m: amount, cache_write_1h: amount, output: amount }),
})
export type FirstCall = z.infer<typeof firstCall>

const className = z.enum(CLASS_NAMES)

/** The call in receipts; its canonical JSON is the leaf. */
export const secondCall = z.strictObject({
  ...anyCall,
  version: z.literal(2),
  /** The tier that was charged; `card` is the one of the price version that applied to it and to the length of the prompt. */
  service_tier: z.enum(SERVICE_TIERS),
  card: z.strictObject({ service_tier: z.enum(SERVICE_TIERS), prompt_above: count }),
  /** A decimal, 1 for the list price. */
  multiplier: z.string().refine((text) => parseMultiplier(text) !== undefined),
  /** What was used of each class; the classes do not overlap, but `reasoning` is a part of `output`. What is absent is zero. */
  usage: z.partialRecord(className, count.min(1)),
  /** Rates of the classes that were used: nano-USD per million tokens, or per piece. */
  rates: z.partialRecord(className, amount),
  /** Tokens each way that the upstream told of, where they were cut to what can be. */
  reported: z.strictObject({ input: count, output: count }).exactOptional(),
  /** What a plan paid instead of the balance, and the subscription of it; absent where the balance paid. */
  covered_by: z.string().exactOptional(),
  covered_nano_usd: amount.exactOptional(),
  /** How far the call had come, which decides who pays: see docs/billing.md. */
  stage: z.enum(CALL_STAGES),
})
export type SecondCall = z.infer<typeof secondCall>

/** What a receipt says of a call. */
export const receiptCall = z.discriminatedUnion('version', [firstCall, secondCall])
export type ReceiptCall = z.infer<typeof receiptCall>

const decimal = z.string().max(60)

/** The sum of a call, line by line, as it follows from what the receipt says of the call; amounts are decimal strings of USD. */
export const receiptSum = z.strictObject({
  lines: z.array(z.strictObject({ class: className, count, unit: z.enum(UNITS), rate: decimal, product: decimal })).max(20),
  multiplier: decimal,
  /** All lines times the multiplier, with every digit. */
  exact: decimal,
  rounding: z.string().max(200),
  /** `exact`, rounded. */
  price: decimal,
  hold: decimal,
  cost: decimal,
  /** What a plan paid instead; absent where the balance paid. */
  covered: decimal.exactOptional(),
  shortfall: decimal,
  billing_rule: z.string().max(1_000),
})
export type ReceiptSum = z.infer<typeof receiptSum>

/** What control signs: the root over the calls of some commits of a node. */
export const batchClaims = z.strictObject({ batch: count, count: z.int().min(1), day, node: z.string(), root: hash })
export type BatchClaims = z.infer<typeof batchClaims>

/** A receipt as it is served and kept: the call, its sum, its path to the signed root of its batch, and from there to the root of its day. */
export const shownReceipt = z.strictObject({
  object: z.literal('receipt'),
  call: receiptCall,
  batch: z.strictObject({ path, jws: z.string().max(2_000) }),
  /** Null until the day is closed. */
  day: z.strictObject({ path, salt: hash, root: hash }).nullable(),
  /** Absent in receipts that were fetched before there were sums. */
  sum: receiptSum.exactOptional(),
})
export type ShownReceipt = z.infer<typeof shownReceipt>
