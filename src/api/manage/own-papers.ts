import { createRoute, z } from '@hono/zod-openapi'
import { listUsage } from '../../usage/index.ts'
import {
  idParameter,
  json,
  managed,
  managedError,
  ownCallPage,
  ownCallShown,
  ownCallsQuery,
  pageOf,
  statementQuery,
  tell,
} from '../contract/index.ts'
import { ACCOUNT_HEADER } from '../require-session.ts'
import { listAccesses } from '../routes/audit.ts'
import { readReceipt } from '../routes/receipts.ts'
import { answerStatement } from '../routes/statements.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** What an account can look up of its own: each call, its receipt, statements of months, and who looked at what is kept of it. */
export function ownPaperRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase } = dependencies
  app.openapi(callsRoute, async (c) => {
    const { rows, next, searchedTo } = await listUsage(appDatabase, { accountId: accountOf(c), ...c.req.valid('query') })
    const page = { data: z.array(ownCallShown).parse(rows), next: next ?? null, searchedTo: searchedTo?.toISOString() ?? null }
    return c.json(tell(page), 200)
  })
  app.get('/api/receipts/:id', async (c) =>
    c.json(tell(await readReceipt(dependencies, { requestId: c.req.param('id'), accountId: accountOf(c) })), 200),
  )
  app.get('/api/statements/:month', async (c) => await answerStatement(c, dependencies, accountOf(c)))
  app.get('/api/accesses', async (c) => c.json(tell(await listAccesses(appDatabase, accountOf(c), c.req.query('cursor'))), 200))
  for (const route of [receiptRoute, statementRoute, accessesRoute]) app.openAPIRegistry.registerPath(route)
}

const failures = { default: json(managedError, 'What went wrong') }

const callsRoute = createRoute({
  method: 'get',
  path: '/api/requests',
  summary:
    'List the settled calls of the account, newest first, of one key, model, outcome, member or UTC day where that is said: what they used and cost, none of what was said',
  request: { query: ownCallsQuery },
  responses: { 200: json(managed(ownCallPage), 'A page of calls'), ...failures },
})

const receiptRoute = createRoute({
  method: 'get',
  path: '/api/receipts/{id}',
  summary: 'Show the receipt of a call, as /v1/receipts does',
  request: { params: idParameter },
  responses: { 200: json(managed(z.object({}).loose()), 'The receipt'), ...failures },
})

/** What a link says besides: for which account whoever is signed in acts, and in which language a page is. */
const linkQuery = statementQuery.extend({ [ACCOUNT_HEADER]: z.string().optional() })

const statementRoute = createRoute({
  method: 'get',
  path: '/api/statements/{month}',
  summary: 'Show the statement of a month such as 2026-11, as /v1/statements does; with .csv or .html in that form',
  request: { params: z.object({ month: z.string() }), query: linkQuery },
  responses: { 200: json(z.object({}).loose(), 'The statement'), ...failures },
})

const accessesRoute = createRoute({
  method: 'get',
  path: '/api/accesses',
  summary: 'List who of the operators looked at what is kept of the account, newest first',
  request: { query: z.object({ cursor: z.string().optional() }) },
  responses: {
    200: json(
      managed(pageOf(z.object({ at: z.string(), actor: z.string(), action: z.string(), concerns: z.string() }))),
      'A page of accesses',
    ),
    ...failures,
  },
})
