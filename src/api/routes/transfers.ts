import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import type { ListedTransfer } from '../../ledger/index.ts'
import { formatUsd } from '../../lib/index.ts'
import { readAmount, sourceKeyOf } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import { showTransferred } from '../balance.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  pageQuery,
  reversalInput,
  transferMade,
  transferPage,
  withdrawalInput,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'subjects' | 'ids'>

/** Transfers: what goes back out of an account, what is undone, and the journal of an account. */
export function transferRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, ledger, subjects, ids } = dependencies
  for (const { route, take } of [
    { route: refundRoute, take: ledger.refund },
    { route: chargebackRoute, take: ledger.chargeBack },
  ] as const) {
    app.openapi(route, async (c) => {
      const accountId = c.req.valid('param').id
      const { amount: text, reason, currency } = c.req.valid('json')
      const amount = readAmount(text, currency)
      const request = await repeatableOf(c)
      const sourceKey = sourceKeyOf(request, ids)
      const made = await answerOnce(appDatabase, request, {
        status: 201,
        schema: transferMade,
        work: async (tx) => {
          await getAccount(tx, subjects, accountId)
          const { transferId } = await take({ accountId, amount, sourceKey, reason })
          return await showTransferred(ledger, accountId, transferId)
        },
      })
      return c.json(made, 201)
    })
  }
  app.openapi(reversalRoute, async (c) => {
    const { reason, debt } = c.req.valid('json')
    const input = { transferId: c.req.valid('param').id, reason, onLack: debt ? 'debt' : 'refuse' } as const
    const request = await repeatableOf(c)
    const sourceKey = sourceKeyOf(request, ids)
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: transferMade,
      work: async () => {
        const { transferId, accountId } = await ledger.reverse({ ...input, sourceKey })
        return await showTransferred(ledger, accountId, transferId)
      },
    })
    return c.json(made, 201)
  })
  app.openapi(listTransfersRoute, async (c) => {
    const account = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    const { transfers, next } = await ledger.listTransfers({ accountId: account.id, ...c.req.valid('query') })
    return c.json({ data: transfers.map(showTransfer), next: next ?? null }, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const withdrawalOf = <Path extends string>(path: Path, summary: string) =>
  createRoute({
    method: 'post',
    path,
    summary,
    request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(withdrawalInput) },
    responses: { 201: json(transferMade, 'The transfer, and what the account has and owes after it'), ...failures },
  })

const refundRoute = withdrawalOf('/operator/v1/accounts/{id}/refunds', 'Give back money that an account has available')
const chargebackRoute = withdrawalOf(
  '/operator/v1/accounts/{id}/chargebacks',
  "Take what a payer's bank took back; what the account lacks becomes its debt",
)

const reversalRoute = createRoute({
  method: 'post',
  path: '/operator/v1/transfers/{id}/reversals',
  summary: 'Undo a credit, refund or chargeback, once',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(reversalInput) },
  responses: { 201: json(transferMade, 'The opposite transfer, and what the account has and owes after it'), ...failures },
})

const listTransfersRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/transfers',
  summary: "List an account's journal, newest first",
  request: { params: idParameter, query: pageQuery },
  responses: { 200: json(transferPage, 'A page of movements'), ...failures },
})

const showTransfer = (transfer: ListedTransfer) => ({
  id: transfer.id,
  at: transfer.at.toISOString(),
  kind: transfer.kind,
  amount: formatUsd(transfer.amount),
  reason: transfer.reason ?? null,
  reverses: transfer.reverses ?? null,
  reversed_by: transfer.reversedBy ?? null,
})
