import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { resumeKey, revokeKey, stopKey } from '../../keys/index.ts'
import { answerOnce, type OnceWork, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  keyEndInput,
  keyPaused,
  keyResumed,
  keyRevoked,
  keyStopInput,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** What an operator does to a single key: pause it, let it call again, end it; with a reason that its owner reads. */
export function keyStopRoutes(
  app: OpenAPIHono<ApiEnv>,
  { appDatabase, subjects, clock }: Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'clock'>,
): void {
  const once = async <Schema extends z.ZodType>(c: Context, schema: Schema, work: OnceWork<Schema>['work']) =>
    answerOnce(appDatabase, await repeatableOf(c), { status: 200, schema, work })
  app.openapi(pauseRoute, async (c) => {
    const [{ id }, { reason, note }] = [c.req.valid('param'), c.req.valid('json')]
    const paused = await once(c, keyPaused, async (tx) => {
      const { since } = await stopKey(tx, subjects, { id, act: 'paused', reason, note, now: clock.now() })
      return { id, reason, since: since.toISOString() }
    })
    return c.json(paused, 200)
  })
  app.openapi(resumeRoute, async (c) => {
    const { id } = c.req.valid('param')
    const resumed = await once(c, keyResumed, async (tx) => {
      const { resumedAt } = await resumeKey(tx, { id, now: clock.now() })
      return { id, is_active: true as const, resumed_at: resumedAt?.toISOString() ?? null }
    })
    return c.json(resumed, 200)
  })
  app.openapi(revokeRoute, async (c) => {
    const [{ id }, { reason, note }] = [c.req.valid('param'), c.req.valid('json')]
    const revoked = await once(c, keyRevoked, async (tx) => {
      const now = clock.now()
      if (reason !== undefined) await stopKey(tx, subjects, { id, act: 'revoked', reason, note, now })
      const { revokedAt } = await revokeKey(tx, id, now)
      return { id, revoked_at: revokedAt.toISOString() }
    })
    return c.json(revoked, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const pauseRoute = createRoute({
  method: 'post',
  path: '/operator/v1/keys/{id}/pause',
  summary: 'Pause a key and tell its owner why; it is refused at once, until an operator lets it call again',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(keyStopInput) },
  responses: { 200: json(keyPaused, 'The key is paused'), ...failures },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/operator/v1/keys/{id}/resume',
  summary: 'Let a key call again that rests, whoever paused it',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(keyResumed, 'The key calls again'), ...failures },
})

const revokeRoute = createRoute({
  method: 'post',
  path: '/operator/v1/keys/{id}/revoke',
  summary: 'Revoke a key for good; with a reason its owner is told why',
  request: { params: idParameter, headers: idempotencyHeader, body: { ...jsonBody(keyEndInput), required: false } },
  responses: { 200: json(keyRevoked, 'When it was revoked'), ...failures },
})
