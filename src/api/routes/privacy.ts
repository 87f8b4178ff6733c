import { Readable } from 'node:stream'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import type { Erasure } from '../../privacy/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  accessShown,
  emailInput,
  erasureInput,
  erasureQueue,
  erasureShown,
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  pageQuery,
  privacyRequestEnd,
  privacyRequestInput,
  privacyRequestPage,
  privacyRequestShown,
  queuedErasureShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { exportHeaders, readGiveUp, showAccess, showErasure, showQueued, showRequest } from '../show-rights.ts'

/** The rights of people, carried out by the operator: what is held, an export, a correction, an erasure, and who asked for what. */
export function privacyRoutes(
  app: OpenAPIHono<ApiEnv>,
  { rights, appDatabase, clock }: Pick<ApiDependencies, 'rights' | 'appDatabase' | 'clock'>,
): void {
  app.openapi(accessRoute, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(showAccess(id, await rights.access(id)), 200)
  })
  app.openAPIRegistry.registerPath(exportRoute)
  app.get('/operator/v1/accounts/:id/export', async (c) => {
    const id = c.req.param('id')
    return c.body(Readable.toWeb(await rights.exportZip(id)) as ReadableStream, 200, exportHeaders(id))
  })
  app.openapi(planRoute, async (c) => c.json(showErasure(await rights.planErasure(c.req.valid('param').id)), 200))
  app.openapi(eraseRoute, async (c) => {
    const { email, give_up: giveUp } = c.req.valid('json')
    const accountId = c.req.valid('param').id
    // What is erased stays erased, so it may come before the answer is claimed; within, it would wait for connections that the others hold.
    const erasure = showErasure(await rights.erase({ accountId, email, giveUp: readGiveUp(giveUp), cause: 'operator' }))
    const begun = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 202,
      schema: erasureShown,
      work: async () => erasure,
    })
    return c.json(begun, 202)
  })
  app.openapi(queueRoute, async (c) => {
    const { open, done } = await rights.listErasures()
    const show = (erasure: Erasure) => showQueued(erasure, clock.now())
    return c.json({ open: open.map(show), done: done.map(show) }, 200)
  })
  app.openapi(retryRoute, async (c) => c.json(showQueued(await rights.retryErasure(c.req.valid('param').id), clock.now()), 200))
  app.openapi(emailRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { email } = c.req.valid('json')
    await rights.correctEmail(id, email)
    return c.json({ id, email }, 200)
  })
  app.openapi(listRoute, async (c) => {
    const { cursor, limit, state } = c.req.valid('query')
    const { requests, next } = await rights.listRequests({ cursor, limit, state })
    return c.json({ data: requests.map(showRequest), next: next ?? null }, 200)
  })
  app.openapi(openRoute, async (c) => {
    const { account_id: accountId, kind } = c.req.valid('json')
    const opened = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: privacyRequestShown,
      work: async (tx) => showRequest(await rights.openRequest(tx, accountId, kind)),
    })
    return c.json(opened, 201)
  })
  app.openapi(endRoute, async (c) => c.json(showRequest(await rights.endRequest(c.req.valid('param').id, c.req.valid('json').state)), 200))
}

const failures = { default: json(errorBody, 'What went wrong') }
const requestQuery = pageQuery.extend({ state: privacyRequestShown.shape.state.optional() })

const accessRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/access',
  summary: 'Show all that is held about an account, column by column',
  request: { params: idParameter },
  responses: { 200: json(accessShown, 'What is held'), ...failures },
})

const exportRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/export',
  summary: 'Export all that an account has a right to, as a ZIP of JSON and CSV with its schema',
  request: { params: idParameter },
  responses: { 200: { content: { 'application/zip': { schema: z.string() } }, description: 'The archive' }, ...failures },
})

const planRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/erasure',
  summary: 'Show what erasing an account takes, what it leaves and why until when, and how far an erasure is',
  request: { params: idParameter },
  responses: { 200: json(erasureShown, 'The erasure'), ...failures },
})

const eraseRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/erasure',
  summary: 'Erase an account for good; the same answer to whoever repeats it',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(erasureInput) },
  responses: { 202: json(erasureShown, 'The erasure, begun'), ...failures },
})

const queueRoute = createRoute({
  method: 'get',
  path: '/operator/v1/privacy/erasures',
  summary: 'List erasures that are not over, the oldest first, and those that were done lately',
  responses: { 200: json(erasureQueue, 'The queue'), ...failures },
})

const retryRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/erasure/retry',
  summary: 'Take an erasure that was asked for as far as it goes now; it is tried every few seconds anyway',
  request: { params: idParameter },
  responses: { 200: json(queuedErasureShown, 'The erasure as it is now'), ...failures },
})

const emailRoute = createRoute({
  method: 'put',
  path: '/operator/v1/accounts/{id}/email',
  summary: 'Correct the e-mail of an account; the old one is told and cannot be read any more',
  request: { params: idParameter, body: jsonBody(emailInput) },
  responses: { 200: json(z.object({ id: z.string(), email: z.string() }), 'The account as it is found now'), ...failures },
})

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/privacy/requests',
  summary: 'List who asked for what and until when it is due, the oldest first',
  request: { query: requestQuery },
  responses: { 200: json(privacyRequestPage, 'A page of requests'), ...failures },
})

const openRoute = createRoute({
  method: 'post',
  path: '/operator/v1/privacy/requests',
  summary: 'Write down what somebody asked for whom the operator knows',
  request: { headers: idempotencyHeader, body: jsonBody(privacyRequestInput) },
  responses: { 201: json(privacyRequestShown, 'The request'), ...failures },
})

const endRoute = createRoute({
  method: 'patch',
  path: '/operator/v1/privacy/requests/{id}',
  summary: 'End a request that was done or refused',
  request: { params: idParameter, body: jsonBody(privacyRequestEnd) },
  responses: { 200: json(privacyRequestShown, 'The request as it is now'), ...failures },
})
