import { z } from '@hono/zod-openapi'

/** A claim of what a wallet paid for calls without a key: one of its transactions, and a signature of the wallet over the message that names it. */
export const x402ClaimInput = z.strictObject({ tx_hash: z.string().min(1).max(600), signature: z.string().min(1).max(300) })
