import { z } from '@hono/zod-openapi'
import { parseUsd } from '../../lib/index.ts'
import { balanceShown, plainText } from './fields.ts'

const CREDIT_MAX = 1_000_000_000_000_000n

const amount = z.string().refine((text) => {
  const nano = parseUsd(text)
  return nano !== undefined && nano > 0n && nano <= CREDIT_MAX
})

/** Money given to an account by hand: more than zero, at most 1,000,000 USD at once. */
export const creditInput = z
  .strictObject({
    amount: amount.openapi({ example: '10.00', description: 'USD as a decimal string' }),
    reason: plainText(200),
    kind: z.enum(['manual', 'promotion'], '"manual" or "promotion"').prefault('manual'),
  })
  .openapi('NewCredit')

/** A credit that was booked, with the balance after it. */
export const creditShown = z.object({ transfer_id: z.string(), balance: balanceShown }).openapi('Credit')
