import { z } from '@hono/zod-openapi'
import { CODES_MAX, REDEEM_KINDS } from '../../payments/index.ts'
import { amountInput } from './credit.ts'
import { ownWords, pageOf, time, usd } from './fields.ts'

const COUNT_EXPECTED = `a whole number from 1 to ${CODES_MAX}`

/** A batch of codes to be made; `deposit` where they are sold, `promotion` where they are a gift. */
export const redeemBatchInput = z
  .strictObject({
    label: ownWords(64),
    amount: amountInput,
    count: z.int(COUNT_EXPECTED).min(1, COUNT_EXPECTED).max(CODES_MAX, COUNT_EXPECTED),
    kind: z.enum(REDEEM_KINDS, '"deposit" or "promotion"').prefault('deposit'),
    expires_at: z.iso.datetime({ offset: true, error: 'a time such as 2027-01-31T00:00:00Z' }).optional(),
  })
  .openapi('NewRedeemBatch')

/** A batch as it is shown: none of its codes. Asked for by somebody and approved by nobody, it waits. */
export const redeemBatchShown = z
  .object({
    id: z.string(),
    label: z.string(),
    amount: usd,
    count: z.int(),
    kind: z.enum(REDEEM_KINDS),
    redeemed: z.int(),
    expires_at: time.nullable(),
    disabled_at: time.nullable(),
    requested_by: z.string().nullable(),
    approved_by: z.string().nullable(),
    approved_at: time.nullable(),
    created_at: time,
  })
  .openapi('RedeemBatch')

/** A new batch: the only answer that ever holds its codes, one a line after a heading. Source: RFC 4180 (2005-10). */
export const redeemBatchMade = redeemBatchShown.extend({ csv: z.string() }).openapi('MadeRedeemBatch')

/** A page of batches. */
export const redeemBatchPage = pageOf(redeemBatchShown)
