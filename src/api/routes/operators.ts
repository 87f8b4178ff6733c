import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  changeOperatorRole,
  createOperator,
  endOperator,
  endOperatorSessions,
  getOperator,
  listOperators,
  operatorTokenOf,
} from '../../operators/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  operatorChange,
  operatorInput,
  operatorList,
  operatorMade,
  operatorSessionsEnded,
  operatorShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { mintingOf } from '../minting.ts'
import { showOperator } from '../show-operator.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'keyring' | 'ids' | 'clock' | 'randomBytes'>

/** Operators by name: given a token, listed, given another role and ended by owners alone. */
export function operatorTokenRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, subjects, ids, clock } = dependencies
  app.openapi(createOperatorRoute, async (c) => {
    const { name, role } = c.req.valid('json')
    const request = await repeatableOf(c)
    const token = operatorTokenOf(mintingOf(request, dependencies, 'operator-mint'))
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: operatorShown,
      work: async (tx) => showOperator(await createOperator(tx, { id: ids.uuid(), name, role, token, now: clock.now() })),
    })
    return c.json({ ...made, secret: token }, 201)
  })
  app.openapi(listOperatorsRoute, async (c) => c.json({ data: (await listOperators(appDatabase)).map(showOperator) }, 200))
  app.openapi(changeOperatorRoute, async (c) => {
    const change = { name: c.req.valid('param').id, role: c.req.valid('json').role }
    return c.json(showOperator(await changeOperatorRole(appDatabase, change)), 200)
  })
  app.openapi(endSessionsRoute, async (c) => {
    const ended = await appDatabase.transaction((tx) => endOperatorSessions(tx, c.req.valid('param').id, clock.now()))
    return c.json({ ended }, 200)
  })
  app.openapi(deleteOperatorRoute, async (c) => {
    const { id: name } = c.req.valid('param')
    await subjects.destroy(await appDatabase.transaction((tx) => endOperator(tx, name, clock.now())))
    return c.json(showOperator(await getOperator(appDatabase, name)), 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const createOperatorRoute = createRoute({
  method: 'post',
  path: '/operator/v1/operators',
  summary: 'Give an operator a token; it is in this answer and nowhere else. For owners alone',
  request: { headers: idempotencyHeader, body: jsonBody(operatorInput) },
  responses: { 201: json(operatorMade, 'The operator with their token'), ...failures },
})

const listOperatorsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/operators',
  summary: 'List operators. For owners alone',
  responses: { 200: json(operatorList, 'All of them, those who ended too'), ...failures },
})

const changeOperatorRoute = createRoute({
  method: 'patch',
  path: '/operator/v1/operators/{id}',
  summary: 'Give an operator another role, from the next request on. For owners alone',
  request: { params: idParameter, body: jsonBody(operatorChange) },
  responses: { 200: json(operatorShown, 'The operator'), ...failures },
})

const endSessionsRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/operators/{id}/sessions',
  summary: 'End every session of an operator, wherever they are signed in. For owners alone',
  request: { params: idParameter },
  responses: { 200: json(operatorSessionsEnded, 'How many there were'), ...failures },
})

const deleteOperatorRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/operators/{id}',
  summary: 'End an operator for good: token, sessions and all. For owners alone',
  request: { params: idParameter },
  responses: { 200: json(operatorShown, 'When they ended'), ...failures },
})
