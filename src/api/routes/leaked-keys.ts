import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { leakKey } from '../../abuse/index.ts'
import { recordAccess } from '../../audit/index.ts'
import type { Database } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { findAnyKey, hashKey } from '../../keys/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import { errorBody, idempotencyHeader, idParameter, json, jsonBody, leakedKeyInput, leakedKeyShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ids' | 'clock' | 'abuse'>

/** Keys that somebody found where anybody can read them: they are revoked, and their owners told. */
export function leakedKeyRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, ids, clock, abuse }: Dependencies): void {
  type Finding = (tx: Database) => Promise<string>
  const leakOnce = async (c: Context<ApiEnv>, find: Finding) => {
    // An answer that is recalled says that the finding was new, too; here it stays false.
    let isRaised = false
    const answer = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: leakedKeyShown,
      work: async (tx) => {
        const id = await find(tx)
        const { accountId, revokedAt, isNew } = await leakKey(tx, { id, alarmId: ids.uuid(), now: clock.now() })
        isRaised = isNew
        return { id, account_id: accountId, revoked_at: revokedAt.toISOString(), is_new: isNew }
      },
    })
    if (isRaised) abuse.onRaised('leaked')
    return answer
  }
  app.openapi(markRoute, async (c) => c.json(await leakOnce(c, async () => c.req.valid('param').id), 200))
  app.openapi(reportRoute, async (c) => {
    const hash = hashKey(c.req.valid('json').key)
    const find: Finding = async (tx) => {
      const { id, accountId } = (await findAnyKey(tx, hash)) ?? fail('key_unknown')
      // The path names no account, so it is noted here whose key it was, together with what is done to it.
      await recordAccess(tx, { actor: c.get('operator'), action: 'keys.leaked.create', accountId, now: clock.now() })
      return id
    }
    return c.json(await leakOnce(c, find), 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const markRoute = createRoute({
  method: 'post',
  path: '/operator/v1/keys/{id}/leaked',
  summary: 'Revoke a key that was found in public, and tell its owner',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(leakedKeyShown, 'The key works no more'), ...failures },
})

const reportRoute = createRoute({
  method: 'post',
  path: '/operator/v1/leaked-keys',
  summary: 'The same by the key itself, as it was found; it is kept nowhere',
  request: { headers: idempotencyHeader, body: jsonBody(leakedKeyInput) },
  responses: { 200: json(leakedKeyShown, 'The key works no more'), ...failures },
})
