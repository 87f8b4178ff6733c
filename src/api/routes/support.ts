import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  pageQuery,
  supportEnd,
  supportPage,
  supportShown,
  supportWords,
  supportWordsShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showSupport, showSupportWords } from '../show-support.ts'

/** What customers asked of support, for the operator: list, read, answer, close. */
export function supportRoutes(app: OpenAPIHono<ApiEnv>, { support, appDatabase }: Pick<ApiDependencies, 'support' | 'appDatabase'>): void {
  app.openapi(listRoute, async (c) => {
    const { cursor, limit, state } = c.req.valid('query')
    const { requests, next } = await support.list({ cursor, limit, state })
    return c.json({ data: requests.map(showSupport), next: next ?? null }, 200)
  })
  app.openapi(readRoute, async (c) => c.json(showSupportWords(await support.read(c.req.valid('param').id)), 200))
  app.openapi(answerRoute, async (c) => {
    const [{ id }, { text }] = [c.req.valid('param'), c.req.valid('json')]
    // The words stay out of the answer, as answers to repeatable requests are stored as they are.
    const answered = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: supportShown,
      work: async (tx) => showSupport(await support.answer(tx, id, text)),
    })
    return c.json(answered, 200)
  })
  app.openapi(closeRoute, async (c) => c.json(showSupport(await support.close(c.req.valid('param').id)), 200))
}

const failures = { default: json(errorBody, 'What went wrong') }
const supportQuery = pageQuery.extend({ state: supportShown.shape.state.optional() })

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/support/requests',
  summary: 'List what customers asked of support and until when it is due, without the words, the oldest first',
  request: { query: supportQuery },
  responses: { 200: json(supportPage, 'A page of requests'), ...failures },
})

const readRoute = createRoute({
  method: 'get',
  path: '/operator/v1/support/requests/{id}',
  summary: 'Read what a customer asked of support and was told',
  request: { params: idParameter },
  responses: { 200: json(supportWordsShown, 'The request'), ...failures },
})

const answerRoute = createRoute({
  method: 'post',
  path: '/operator/v1/support/requests/{id}/answer',
  summary: 'Answer a request; the customer is told by mail that there is an answer, without its words',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(supportWords) },
  responses: { 200: json(supportShown, 'The request as it is now'), ...failures },
})

const closeRoute = createRoute({
  method: 'patch',
  path: '/operator/v1/support/requests/{id}',
  summary: 'Close a request',
  request: { params: idParameter, body: jsonBody(supportEnd) },
  responses: { 200: json(supportShown, 'The request as it is now'), ...failures },
})
