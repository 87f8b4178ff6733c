import type { Hono } from 'hono'
import { formatUsd } from '../../lib/index.ts'
import { x402ClaimInput } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../read-body.ts'

/** How a wallet that paid for calls without a key gets a key for what is left; absent where no such calls are sold. */
export function x402Routes(app: Hono<ApiEnv>, { x402 }: Pick<ApiDependencies, 'x402'>): void {
  if (x402 === undefined) return
  app.get('/api/agent/x402-claim', (c) => c.json({ success: true, data: { message: x402.messageFor('<tx_hash>') } }))
  app.post('/api/agent/x402-claim', async (c) => {
    const { tx_hash: txHash, signature } = await readBody(c, x402ClaimInput)
    const { accountId, keyId, secret, amount } = await x402.claim({ txHash, signature })
    const data = { account_id: accountId, key_id: keyId, api_key: secret, paid: formatUsd(amount) }
    return c.json({ success: true, data }, 201)
  })
}
