import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { formatUsd } from '../../lib/index.ts'
import type { UsdcRail } from '../../payments/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  json,
  jsonBody,
  usdcChainList,
  usdcChainParameter,
  usdcDepositList,
  usdcResumed,
  usdcResumption,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

const DEPOSITS_MAX = 200

/** How the chains of USDC are, what of it waits, and going on with one that was halted for good; absent where no USDC is taken. */
export function usdcRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, usdc }: Pick<ApiDependencies, 'appDatabase' | 'usdc'>): void {
  if (usdc === undefined) return
  app.openapi(listRoute, async (c) => c.json({ data: (await usdc.chains()).map(showChain) }, 200))
  app.openapi(depositsRoute, async (c) => c.json({ data: (await usdc.waiting(DEPOSITS_MAX)).map(showDeposit) }, 200))
  app.openapi(resumeRoute, async (c) => {
    const { first_block: firstBlock } = c.req.valid('json')
    const id = Number(c.req.valid('param').chain)
    const request = await repeatableOf(c)
    // The chain is asked before the transaction, which must not wait for it.
    const place = await usdc.placeToResume(id, firstBlock)
    const resumed = await answerOnce(appDatabase, request, {
      ...{ status: 200, schema: usdcResumed },
      work: async (tx) => {
        await usdc.resume(tx, place)
        return { id, next_block: place.nextBlock, final_block: place.finalBlock }
      },
    })
    return c.json(resumed, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/usdc/chains',
  summary: 'Show how far each chain of USDC is read, and why one is not credited',
  responses: { 200: json(usdcChainList, 'The chains'), ...failures },
})

const depositsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/usdc/deposits',
  summary: `List deposits that were seen and are not settled, newest first, at most ${DEPOSITS_MAX}`,
  responses: { 200: json(usdcDepositList, 'The deposits'), ...failures },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/operator/v1/usdc/chains/{chain}/resumption',
  summary: 'Read a chain again after a block that was final became another one',
  request: { params: usdcChainParameter, headers: idempotencyHeader, body: jsonBody(usdcResumption) },
  responses: { 200: json(usdcResumed, 'Where it is read on from'), ...failures },
})

const showChain = (chain: Awaited<ReturnType<UsdcRail['chains']>>[number]) => ({
  ...{ id: chain.id, name: chain.name, final_block: chain.finalBlock ?? null, latest_block: chain.latestBlock ?? null },
  ...{ halted: chain.halted ?? null, halted_at: chain.haltedAt?.toISOString() ?? null, unclaimed: formatUsd(chain.unclaimed) },
})

const showDeposit = (deposit: Awaited<ReturnType<UsdcRail['waiting']>>[number]) => ({
  ...{ chain: deposit.chainId, chain_name: deposit.chainName, halted: deposit.halted ?? null, account_id: deposit.accountId ?? null },
  ...{ amount: deposit.amount === undefined ? null : formatUsd(deposit.amount), tx_hash: deposit.txHash ?? null },
  ...{ state: deposit.state, problem: deposit.problem ?? null, seen_at: deposit.seenAt.toISOString() },
  confirmations: deposit.confirmations === undefined ? null : { seen: deposit.confirmations.seen, needed: deposit.confirmations.needed },
})
