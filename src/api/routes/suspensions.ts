import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { suspendAccount, unsuspendAccount } from '../../accounts/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  suspensionInput,
  suspensionRemembered,
  suspensionShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** Suspensions: with a reason that the account's owner reads. */
export function suspensionRoutes(
  app: OpenAPIHono<ApiEnv>,
  { appDatabase, subjects, clock }: Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'clock'>,
): void {
  app.openapi(suspendRoute, async (c) => {
    const id = c.req.valid('param').id
    const { reason, note } = c.req.valid('json')
    const made = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: suspensionRemembered,
      work: async (tx) => {
        const { since } = await suspendAccount(tx, subjects, { id, reason, note, now: clock.now() })
        return { account_id: id, reason, since: since.toISOString() }
      },
    })
    return c.json({ ...made, note: note ?? null }, 201)
  })
  app.openapi(endRoute, async (c) => {
    await appDatabase.transaction((tx) => unsuspendAccount(tx, c.req.valid('param').id))
    return c.body(null, 204)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/v1/accounts/{id}/suspension'

const suspendRoute = createRoute({
  method: 'post',
  path,
  summary: 'Suspend an account and say why; its keys are refused at once',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(suspensionInput) },
  responses: { 201: json(suspensionShown, 'The suspension'), ...failures },
})

const endRoute = createRoute({
  method: 'delete',
  path,
  summary: 'Let an account call again',
  request: { params: idParameter },
  responses: { 204: { description: 'It calls again' }, ...failures },
})
