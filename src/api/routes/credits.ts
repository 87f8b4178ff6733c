import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import { readAmount, sourceKeyOf } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import { showTransferred } from '../balance.ts'
import { creditInput, creditShown, errorBody, idempotencyHeader, idParameter, json, jsonBody } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** Credits: money given to an account by hand. */
export function creditRoutes(
  app: OpenAPIHono<ApiEnv>,
  dependencies: Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'subjects' | 'ids'>,
): void {
  const { appDatabase, ledger, subjects, ids } = dependencies
  app.openapi(createCreditRoute, async (c) => {
    const accountId = c.req.valid('param').id
    const { amount: text, reason, kind, currency } = c.req.valid('json')
    const amount = readAmount(text, currency)
    const request = await repeatableOf(c)
    const sourceKey = sourceKeyOf(request, ids)
    const credit = await answerOnce(appDatabase, request, {
      status: 201,
      schema: creditShown,
      work: async (tx) => {
        await getAccount(tx, subjects, accountId)
        // The books commit on their own, under the source key: if this transaction is lost, a repeated POST finds the same transfer.
        const { transferId } = await ledger.credit({ accountId, amount, kind, sourceKey, reason })
        return await showTransferred(ledger, accountId, transferId)
      },
    })
    return c.json(credit, 201)
  })
}

const createCreditRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/credits',
  summary: 'Give an account credit',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(creditInput) },
  responses: { 201: json(creditShown, 'The transfer and the balance after it'), default: json(errorBody, 'What went wrong') },
})
