import type { Hono } from 'hono'
import { mintSecret } from '../../keys/index.ts'
import { formatUsd } from '../../lib/index.ts'
import { answerAgain } from '../answer-again.ts'
import { repeatableOf } from '../answer-once.ts'
import { x402Claimed, x402ClaimInput } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../json-body.ts'
import { mintingOf } from '../minting.ts'

type Dependencies = Pick<ApiDependencies, 'x402' | 'appDatabase' | 'ids' | 'keyring' | 'randomBytes'>

/** How a wallet that paid for calls without a key gets a key for what is left; absent where no such calls are sold. */
export function x402Routes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  const { x402, appDatabase: database, ids } = dependencies
  if (x402 === undefined) return
  app.get('/api/agent/x402-claim', (c) => c.json({ success: true, data: { message: x402.messageFor('<tx_hash>') } }))
  app.post('/api/agent/x402-claim', async (c) => {
    const { tx_hash: txHash, signature } = await readBody(c, x402ClaimInput)
    const request = await repeatableOf(c)
    const random = mintingOf(request, dependencies, 'x402-claim')
    const claimed = await answerAgain({ database, newId: () => ids.uuid() }, request, {
      schema: x402Claimed,
      work: async () => {
        const { accountId, keyId, amount } = await x402.claim({ txHash, signature, random })
        return { account_id: accountId, key_id: keyId, paid: formatUsd(amount) }
      },
    })
    const { paid, ...whose } = claimed
    // The key is not remembered: it is made of the same bytes again.
    return c.json({ success: true, data: { ...whose, api_key: mintSecret(random), paid } }, 201)
  })
}
