import { z } from '@hono/zod-openapi'
import { parseUsd } from '../../lib/index.ts'
import { balanceShown, ownWords, usd } from './fields.ts'

const CREDIT_MAX = 1_000_000_000_000_000n

/** An amount that somebody types: more than zero, at most 1,000,000 USD at once, with at most 9 decimals. */
export const amountInput = z
  .string()
  .refine((text) => {
    const nano = parseUsd(text)
    return nano !== undefined && nano > 0n && nano <= CREDIT_MAX
  })
  .openapi({ example: '10.00', description: 'USD as a decimal string' })

/** The currency of an amount, where somebody names it; there is one. */
export const currencyInput = z
  .string('"USD"')
  .optional()
  .openapi({ enum: ['USD'] })

/** Money given to an account by hand: more than zero, at most 1,000,000 USD at once. */
export const creditInput = z
  .strictObject({
    amount: amountInput,
    reason: ownWords(200),
    currency: currencyInput,
    kind: z.enum(['manual', 'promotion'], '"manual" or "promotion"').prefault('manual'),
  })
  .openapi('NewCredit')

/** A credit that was booked, with the balance after it. */
export const creditShown = z.object({ transfer_id: z.string(), balance: balanceShown, debt: usd }).openapi('Credit')
