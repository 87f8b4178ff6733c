import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { createOperator, listOperators, type NamedOperator, operatorTokenOf, revokeOperator } from '../../operators/index.ts'
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
import { requireOwner } from '../operator-guard.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'keyring' | 'clock' | 'randomBytes'>

/** Operators with tokens of their own: made, listed and revoked by the owner alone. */
export function operatorTokenRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, clock } = dependencies
  app.use('/operator/v1/operators', requireOwner())
  app.use('/operator/v1/operators/*', requireOwner())
  app.openapi(createOperatorRoute, async (c) => {
    const { name } = c.req.valid('json')
    const request = await repeatableOf(c)
    const token = operatorTokenOf(mintingOf(request, dependencies, 'operator-mint'))
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: operatorShown,
      work: async (tx) => showOperator(await createOperator(tx, { name, token, now: clock.now() })),
    })
    return c.json({ ...made, secret: token }, 201)
  })
  app.openapi(listOperatorsRoute, async (c) => c.json({ data: (await listOperators(appDatabase)).map(showOperator) }, 200))
  app.openapi(deleteOperatorRoute, async (c) =>
    c.json(showOperator(await revokeOperator(appDatabase, c.req.valid('param').id, clock.now())), 200),
  )
}

const failures = { default: json(errorBody, 'What went wrong') }

const createOperatorRoute = createRoute({
  method: 'post',
  path: '/operator/v1/operators',
  summary: 'Give an operator a token; it is in this answer and nowhere else. For the owner alone',
  request: { headers: idempotencyHeader, body: jsonBody(operatorInput) },
  responses: { 201: json(operatorMade, 'The operator with their token'), ...failures },
})

const listOperatorsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/operators',
  summary: 'List operators with tokens of their own. For the owner alone',
  responses: { 200: json(operatorList, 'All of them, those whose token was revoked too'), ...failures },
})

const deleteOperatorRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/operators/{id}',
  summary: "Revoke an operator's token for good. For the owner alone",
  request: { params: idParameter },
  responses: { 200: json(operatorShown, 'When it was revoked'), ...failures },
})

const showOperator = (operator: NamedOperator) => ({
  name: operator.name,
  created_at: operator.createdAt.toISOString(),
  revoked_at: operator.revokedAt?.toISOString() ?? null,
})
