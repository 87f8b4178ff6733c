// Guarantee: where money that goes back can be claimed by whoever has the page, the page is shown to those alone who run the account.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import { ROLES } from '../../identity/index.ts'
import type { RailRefund, RefundDesk, ShownRefund } from '../../payments/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { Customer } from '../dependencies.ts'
import type { ManageDependencies } from './manage-env.ts'
import { ownRefundRoutes } from './own-refunds.ts'

const LINK = 'https://pay.example.com/pull-payments/p1'
const refund = { id: 'r1', paymentId: 'p1', amount: 5_000_000_000n, state: 'sent', askedAt: new Date(0), rail: 'btcpay' } as RailRefund
const shown: ShownRefund = { refund, toSend: undefined, txHash: undefined, payer: undefined, claimLink: LINK }
const desk = { ownOf: async () => [shown], messageFor: () => '' } as Partial<RefundDesk>

async function linkFor(customer: Customer): Promise<unknown> {
  const app = new OpenAPIHono<CustomerEnv>()
  app.use('*', async (c, next) => {
    c.set('customer', customer)
    await next()
  })
  ownRefundRoutes(app, { refunds: desk } as ManageDependencies)
  const answer = (await (await app.request('/api/account/refunds')).json()) as { data: readonly { claimLink: string | null }[] }
  return answer.data[0]?.claimLink
}

test('the page of a claim is shown to owners and admins, and to no other role or key', async () => {
  const told = await Promise.all(ROLES.map((role) => linkFor({ accountId: 'a', personId: 'p', role, sessionId: 's' })))
  assert.deepEqual(told, [LINK, LINK, null, null, null])
  assert.equal(await linkFor({ accountId: 'a', keyId: 'k', keyMadeBy: undefined }), null)
})
