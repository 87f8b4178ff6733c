import { z } from '@hono/zod-openapi'
import { holdsCardNumber, parseUsd } from '../../lib/index.ts'
import { MULTIPLIER_EXPECTED, parseMultiplier } from '../../spec/index.ts'

/** A text that people wrote in one line: no control characters, no broken characters, not blank. */
export const plainText = (lengthMax: number) =>
  z
    .string()
    .trim()
    .refine((text) => text.length >= 1 && text.length <= lengthMax && text.isWellFormed() && !/\p{Cc}/u.test(text), {
      error: `a text of 1 to ${lengthMax} characters in one line`,
    })
    .openapi({ type: 'string', minLength: 1, maxLength: lengthMax })

/** A name of something that may be there: no control characters, of which the database knows none. */
export const nameText = (lengthMax: number) =>
  z
    .string()
    .min(1)
    .max(lengthMax)
    .regex(/^\P{Cc}*$/u, `1 to ${lengthMax} characters in one line`)

/** Words of people that are kept: no number of a payment card, as none is ever to be kept here. */
export const ownWords = (lengthMax: number) =>
  plainText(lengthMax).refine((text) => !holdsCardNumber(text), { error: 'a text without the number of a payment card' })

/** Words of people on several lines that are kept: no control characters but line ends and tabs, and no number of a payment card. */
export const manyWords = (lengthMax: number) =>
  z
    .string()
    .trim()
    .refine((text) => text.length >= 1 && text.length <= lengthMax && text.isWellFormed() && !/(?![\n\r\t])\p{Cc}/u.test(text), {
      error: `a text of 1 to ${lengthMax} characters`,
    })
    .refine((text) => !holdsCardNumber(text), { error: 'a text without the number of a payment card' })
    .openapi({ type: 'string', minLength: 1, maxLength: lengthMax })

const LIMIT_EXPECTED = 'a whole number from 1 to 1000000000'
const limit = z.int(LIMIT_EXPECTED).min(1, LIMIT_EXPECTED).max(1_000_000_000, LIMIT_EXPECTED)

/** Bounds on calls as they are sent: absent members set none. */
export const limitsInput = z.strictObject({
  requests_per_minute: limit.optional(),
  tokens_per_minute: limit.optional(),
  concurrent_calls: limit.optional(),
})

/** A change of bounds: absent members stay, null takes one away. */
export const limitsChange = z.strictObject({
  requests_per_minute: limit.nullable().optional(),
  tokens_per_minute: limit.nullable().optional(),
  concurrent_calls: limit.nullable().optional(),
})

/** Bounds on calls as they are shown: null where there is none. */
export const limitsShown = z
  .object({
    requests_per_minute: z.int().nullable(),
    tokens_per_minute: z.int().nullable(),
    concurrent_calls: z.int().nullable(),
  })
  .openapi('Limits')

/** An amount of USD as it is shown: a decimal string with as many decimals as are true. */
export const usd = z.string().openapi({ example: '10.00' })

const SEEN_EXPECTED = 'USD as a decimal string with at most 9 decimals, as it was told, such as "25.00"'

/** A price that whoever asks was told before: at another one nothing is done. Left out, any is taken. */
export const seenPrice = (description: string) =>
  z
    .string(SEEN_EXPECTED)
    .refine((text) => (parseUsd(text) ?? -1n) >= 0n, SEEN_EXPECTED)
    .openapi({ example: '60.00', description })
    .optional()

/** What is paid of the list price, as it is sent: a decimal string. */
export const multiplier = z
  .string(MULTIPLIER_EXPECTED)
  .refine((text) => parseMultiplier(text) !== undefined, { error: MULTIPLIER_EXPECTED })
  .openapi({ type: 'string', example: '0.9' })

/** A time as it is shown: ISO 8601 in UTC. */
export const time = z.string().openapi({ format: 'date-time' })

/** Money of an account: free to be spent, and set aside for calls that run. */
export const balanceShown = z.object({ available: usd, held: usd }).openapi('Balance')

const PAGE_EXPECTED = 'a whole number from 1 to 200'

/** Which page of a list: at most `limit` entries after the `next` of the page before. */
export const pageQuery = z.strictObject({
  cursor: z.string().min(1).max(100).optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, PAGE_EXPECTED)
    .transform(Number)
    .pipe(z.int().min(1, PAGE_EXPECTED).max(200, PAGE_EXPECTED))
    .prefault('50')
    .openapi({ type: 'integer', minimum: 1, maximum: 200, default: 50 }),
})

/** A page of a list; `next` is null on the last one. */
export const pageOf = <Entry extends z.ZodType>(entry: Entry) => z.object({ data: z.array(entry), next: z.string().nullable() })

/** The id in a path; whether there is such a thing is for the route to say. */
export const idParameter = z.object({ id: z.string() })

/** Makes a POST safe to repeat: the same key and body give the same answer and one effect. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, '1 to 255 printable characters without spaces')
    .optional(),
})

/** A JSON answer of a route. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})

/** A JSON body of a request. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({ content: { 'application/json': { schema } }, required: true })
