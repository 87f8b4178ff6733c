import { createRoute } from '@hono/zod-openapi'
import { getAccount, readSuspension } from '../../accounts/index.ts'
import { SUSPENDED_UNSAID, SUSPENSIONS } from '../../spec/index.ts'
import { showBalance, showStanding } from '../balance.ts'
import { json, managed, managedError, ownAccountShown, tell } from '../contract/index.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

const APPEAL =
  'If you think that is wrong, write to support with POST /api/support/requests and any key of the account: a person looks at it again.'

/** The caller's own account: what it has, and why it is suspended if it is. */
export function accountRoutes(app: ManageApp, { appDatabase, subjects, ledger }: ManageDependencies): void {
  app.openapi(route, async (c) => {
    const account = await getAccount(appDatabase, subjects, accountOf(c))
    const [balance, { debt }, noted] = await Promise.all([
      showBalance(ledger, account.id),
      showStanding(ledger, account.id),
      readSuspension(appDatabase, subjects, account.id),
    ])
    const since = noted?.since ?? account.createdAt
    const suspension = {
      reason: noted?.reason ?? 'unsaid',
      message: noted === undefined ? SUSPENDED_UNSAID : SUSPENSIONS[noted.reason],
      note: noted?.note ?? null,
      since: since.toISOString(),
      appeal: APPEAL,
    }
    const shown = { id: account.id, status: account.status, suspension: account.status === 'suspended' ? suspension : null }
    return c.json(tell({ ...shown, balance, debt, createdAt: account.createdAt.toISOString() }), 200)
  })
}

const route = createRoute({
  method: 'get',
  path: '/api/account',
  summary: 'Show the account, and why it is suspended if it is',
  responses: { 200: json(managed(ownAccountShown), 'The account'), default: json(managedError, 'What went wrong') },
})
