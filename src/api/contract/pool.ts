import { z } from '@hono/zod-openapi'
import { SUBSCRIPTION_STATES } from '../../plans/index.ts'
import { TIME_BLOCKS } from '../../spec/index.ts'
import { amountInput } from './credit.ts'
import { ownWords, time, usd } from './fields.ts'

const HOURS_EXPECTED = 'hours in UTC such as "08:00-16:00"'
const SEATS_EXPECTED = 'a whole number from 0 to 1000000'
const DISCOUNT_EXPECTED = 'a decimal string from "0" to "0.9999", such as "0.15"'
const MODELS_EXPECTED = 'a list of 1 to 1000 ids of models'

/** A block of a pool as it is sent; without `hours_utc` it has those that are usual for its name. */
const blockInput = z.strictObject({
  block: z.enum(TIME_BLOCKS, `one of ${TIME_BLOCKS.join(', ')}`),
  hours_utc: z
    .string(HOURS_EXPECTED)
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, HOURS_EXPECTED)
    .refine((hours) => hours.slice(0, 5) !== hours.slice(6) && hours.slice(6) !== '00:00', { error: HOURS_EXPECTED })
    .optional(),
  seats: z.int(SEATS_EXPECTED).min(0, SEATS_EXPECTED).max(1_000_000, SEATS_EXPECTED),
  price_per_month: amountInput,
})

/** A pool as it is sent. */
export const poolInput = z
  .strictObject({
    description: ownWords(500),
    models: z
      .array(z.string(MODELS_EXPECTED).min(1, MODELS_EXPECTED).max(80, MODELS_EXPECTED), MODELS_EXPECTED)
      .min(1, MODELS_EXPECTED)
      .max(1000, MODELS_EXPECTED),
    annual_discount: z
      .string(DISCOUNT_EXPECTED)
      .regex(/^0(?:\.\d{1,4})?$/, DISCOUNT_EXPECTED)
      .prefault('0'),
    blocks: z
      .array(blockInput)
      .min(1)
      .max(TIME_BLOCKS.length)
      .refine((blocks) => new Set(blocks.map(({ block }) => block)).size === blocks.length, {
        error: 'a list with each block once at most',
      }),
  })
  .openapi('PoolInput')

/** A pool as it is shown: how many seats each block has that nobody took and nobody in line is before. */
export const poolShown = z
  .object({
    id: z.string(),
    slug: z.string(),
    description: z.string(),
    models: z.array(z.string()),
    status: z.enum(['active', 'sold_out']),
    total_seats: z.int(),
    annual_discount: z.string(),
    blocks: z.array(
      z.object({
        block: z.enum(TIME_BLOCKS),
        hours_utc: z.string(),
        price_per_month: usd,
        available_seats: z.int(),
        seats: z.int(),
        status: z.enum(['available', 'sold_out']),
      }),
    ),
  })
  .openapi('Pool')

/** All pools in use. */
export const poolList = z.object({ data: z.array(poolShown) })

/** Who has the seats of a pool. */
export const seatList = z.object({
  data: z.array(
    z
      .object({
        subscription_id: z.string(),
        account_id: z.string(),
        block: z.string(),
        status: z.enum(SUBSCRIPTION_STATES),
        current_period_end: time.nullable(),
        has_key: z.boolean(),
      })
      .openapi('Seat'),
  ),
})

/** A pool in a path: its name, or its id where it is there already. */
export const poolParameter = z.object({ id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a name of 1 to 64 of a-z 0-9 -') })
