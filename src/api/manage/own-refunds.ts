import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { idParameter, json, jsonBody, managed, managedError, ownRefundShown, refundAddressInput, tell } from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { RIGHTS_OF_ROLE } from '../member-doors.ts'
import { readSessionCookie } from '../session-cookie.ts'
import { showOwnRefund } from '../show-refund.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** Refunds in coins of the account, and where each is to go. */
export function ownRefundRoutes(app: ManageApp, { refunds, identity }: ManageDependencies): void {
  app.openapi(listRoute, async (c) => {
    if (refunds === undefined) return c.json(tell([]), 200)
    const view = { messageFor: refunds.messageFor, mayClaim: mayClaim(c) }
    return c.json(tell((await refunds.ownOf(accountOf(c))).map((shown) => showOwnRefund(shown, view))), 200)
  })
  app.openapi(addressRoute, async (c) => {
    const desk = refunds ?? fail('refund_unknown')
    const [accountId, refundId, { address, signature }] = [accountOf(c), c.req.valid('param').id, c.req.valid('json')]
    await desk.sayAddress({ accountId, refundId, address, signature, isFresh: await isFresh(c, identity) })
    return c.json(tell(showOwnRefund(await desk.show(refundId), { messageFor: desk.messageFor, mayClaim: mayClaim(c) })), 200)
  })
}

/** Whether somebody is signed in who runs the account, as who says where money goes has to; a management key is nobody. */
function mayClaim(c: Context<CustomerEnv>): boolean {
  const customer = c.get('customer')
  return 'personId' in customer && RIGHTS_OF_ROLE[customer.role].includes('run')
}

/** Whether somebody is signed in who has just shown who they are; a management key is nobody. */
async function isFresh(c: Context<CustomerEnv>, identity: ManageDependencies['identity']): Promise<boolean> {
  if (!('personId' in c.get('customer'))) return false
  const session = await identity.sessionOf(readSessionCookie(c), accountOf(c))
  return session !== undefined && identity.isFresh(session)
}

const failures = { default: json(managedError, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/api/account/refunds',
  summary: 'List money that goes back to whoever paid it in coins, newest first',
  responses: { 200: json(managed(z.array(ownRefundShown)), 'The last hundred'), ...failures },
})

const addressRoute = createRoute({
  method: 'post',
  path: '/api/account/refunds/{id}/address',
  summary: 'Say once where a refund goes: signed in with a new proof that it is you, or with a signature of the wallet that paid',
  request: { params: idParameter, body: jsonBody(refundAddressInput) },
  responses: { 200: json(managed(ownRefundShown), 'The refund'), ...failures },
})
