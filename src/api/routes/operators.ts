import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { createOperator, endOperator, getOperator, listOperators, type NamedOperator, operatorTokenOf } from '../../operators/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  operatorInput,
  operatorList,
  operatorMade,
  operatorShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { mintingOf } from '../minting.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'keyring' | 'ids' | 'clock' | 'randomBytes'>

/** Operators by name: given a token, listed and ended by owners alone. */
export function operatorTokenRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, ids, clock } = dependencies
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
  app.openapi(deleteOperatorRoute, async (c) => {
    const { id: name } = c.req.valid('param')
    await appDatabase.transaction((tx) => endOperator(tx, name, clock.now()))
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

const deleteOperatorRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/operators/{id}',
  summary: 'End an operator for good: token, sessions and all. For owners alone',
  request: { params: idParameter },
  responses: { 200: json(operatorShown, 'When they ended'), ...failures },
})

const showOperator = (operator: NamedOperator) => ({
  ...{ name: operator.name, role: operator.role, ways: [...operator.ways] },
  invited_until: operator.invitedUntil?.toISOString() ?? null,
  created_at: operator.createdAt.toISOString(),
  revoked_at: operator.endedAt?.toISOString() ?? null,
})
