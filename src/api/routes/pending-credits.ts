import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bookApproved, decideCredit, listPending, readPending } from '../../payments/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  pendingPage,
  pendingQuery,
  pendingRemembered,
  pendingShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { rememberPending, showPending } from '../show-pending.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'subjects' | 'clock'>

/** Credit by hand that waits for a second person: list, show, approve, refuse. */
export function pendingCreditRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, ledger, subjects, clock }: Dependencies): void {
  app.openapi(listRoute, async (c) => {
    const { credits, next } = await listPending(appDatabase, subjects, c.req.valid('query'))
    return c.json({ data: credits.map(showPending), next: next ?? null }, 200)
  })
  app.openapi(getRoute, async (c) => c.json(showPending(await readPending(appDatabase, subjects, c.req.valid('param').id)), 200))
  const decide = async (c: Context<ApiEnv>, id: string, state: 'approved' | 'refused') => {
    const by = c.get('operator')
    await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: pendingRemembered,
      work: async (tx) => rememberPending(await decideCredit(tx, subjects, { id, state, by, now: clock.now() })),
    })
    // The books commit on their own, under the source key of the credit; a job books what is left.
    await bookApproved(appDatabase, subjects, ledger)
    return showPending(await readPending(appDatabase, subjects, id))
  }
  app.openapi(approveRoute, async (c) => c.json(await decide(c, c.req.valid('param').id, 'approved'), 200))
  app.openapi(refuseRoute, async (c) => c.json(await decide(c, c.req.valid('param').id, 'refused'), 200))
}

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/v1/pending-credits/{id}'

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/pending-credits',
  summary: 'List credit that waits for a second person, newest first',
  request: { query: pendingQuery },
  responses: { 200: json(pendingPage, 'A page of pending credit'), ...failures },
})

const getRoute = createRoute({
  method: 'get',
  path,
  summary: 'Show a pending credit',
  request: { params: idParameter },
  responses: { 200: json(pendingShown, 'The pending credit'), ...failures },
})

const approveRoute = createRoute({
  method: 'post',
  path: `${path}/approve`,
  summary: 'Approve credit that another operator asked for',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(pendingShown, 'The credit, booked'), ...failures },
})

const refuseRoute = createRoute({
  method: 'post',
  path: `${path}/refuse`,
  summary: 'Refuse credit that another operator asked for',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(pendingShown, 'The credit, refused'), ...failures },
})
