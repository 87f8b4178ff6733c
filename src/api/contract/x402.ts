import { z } from '@hono/zod-openapi'
import { usd } from './fields.ts'

/** What is kept of the answer to a claim, so that it can be told again; its key is made again. */
export const x402Claimed = z.object({ account_id: z.string(), key_id: z.string(), paid: usd })

/** A claim of what a wallet paid for calls without a key: one of its transactions, and a signature of the wallet over the message that names it. */
export const x402ClaimInput = z.strictObject({ tx_hash: z.string().min(1).max(600), signature: z.string().min(1).max(300) })
