import { z } from '@hono/zod-openapi'
import { time, usd } from './fields.ts'

/** Of which account and month; the month may end in .json, .csv or .html, which says what form is wanted. */
export const statementParameters = z.object({
  id: z.string(),
  month: z
    .string()
    .openapi({ example: '2026-11', description: 'A month such as 2026-11; with .json, .csv or .html behind it in that form' }),
})

/** In which language the page is. */
export const statementQuery = z.object({ lang: z.enum(['en', 'zh']).optional() })

const signed = usd.openapi({ example: '-0.000138' })

/** A month of an account: what there was, each movement with what there was after it, what there is. */
export const statementShown = z
  .object({
    object: z.literal('statement'),
    account_id: z.string(),
    month: z.string(),
    currency: z.literal('USD'),
    state: z.enum(['final', 'open']),
    as_of: time,
    opening_balance: signed,
    lines: z.array(
      z.object({
        day: z.string(),
        at: time.nullable(),
        kind: z.string(),
        id: z.string().nullable(),
        reason: z.string().nullable(),
        calls: z.int().nullable(),
        is_closed: z.boolean(),
        amount: signed,
        balance: signed,
      }),
    ),
    sums: z.array(z.object({ kind: z.string(), count: z.int(), amount: signed })),
    closing_balance: signed,
    open_from: z.string().nullable(),
    models: z.array(
      z.object({ model: z.string(), calls: z.int(), input_tokens: z.int(), output_tokens: z.int(), cost: usd, covered: usd }),
    ),
    expired: z.object({ calls: z.int(), cost: usd }),
    /** What plans paid for calls of the month, which moves nothing here. */
    covered: usd,
  })
  .openapi('Statement')
