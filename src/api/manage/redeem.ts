import { createRoute } from '@hono/zod-openapi'
import { FailureError } from '../../failures.ts'
import { formatUsd, parseUsd } from '../../lib/index.ts'
import { claimCode, noteGuess, payCode, refuseGuessers } from '../../payments/index.ts'
import { answerOnce } from '../answer-once.ts'
import { showBalance } from '../balance.ts'
import {
  idempotencyHeader,
  json,
  jsonBody,
  managed,
  managedError,
  redeemInput,
  redeemRemembered,
  redeemShown,
  tell,
} from '../contract/index.ts'
import { visitorOf } from '../visitor.ts'
import { accountOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'

/** Redeeming a code for credit, once. */
export function redeemRoute(app: ManageApp, { appDatabase, ledger, payments, clock, abuse }: ManageDependencies): void {
  const parts = { database: appDatabase, desk: payments, ledger }
  app.openapi(route, async (c) => {
    const accountId = accountOf(c)
    const { code } = c.req.valid('json')
    const now = clock.now()
    await refuseGuessers(appDatabase, accountId, now)
    const guess = await abuse.velocity.countCode(visitorOf(c))
    const claimed = await answerOnce(appDatabase, await repeatOf(c), {
      status: 200,
      schema: redeemRemembered,
      work: async (tx) => {
        const { hash, amount, kind } = await claimCode(tx, { accountId, code, now })
        return { hash, kind, amount: formatUsd(amount) }
      },
    }).catch(async (thrown: unknown) => {
      if (thrown instanceof FailureError && thrown.failure.code === 'code_unknown') await noteGuess(appDatabase, accountId, now)
      throw thrown
    })
    await guess.forgive()
    // The claim is written; the books commit on their own, under the code's own key, and a job pays what a crash left.
    const transferId = await payCode(parts, { ...claimed, accountId, amount: parseUsd(claimed.amount) ?? 0n })
    const { available } = await showBalance(ledger, accountId)
    return c.json(tell({ credited: claimed.amount, balance: available, transferId }), 200)
  })
}

const route = createRoute({
  method: 'post',
  path: '/api/billing/redeem',
  summary: 'Redeem a code for credit',
  request: { headers: idempotencyHeader, body: jsonBody(redeemInput) },
  responses: {
    200: json(managed(redeemShown), 'What was credited, and the balance with it'),
    default: json(managedError, 'What went wrong'),
  },
})
