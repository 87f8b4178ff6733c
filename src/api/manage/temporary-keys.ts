import { createRoute } from '@hono/zod-openapi'
import { createKey, mintSecret, requireTemporaryPlace, TEMPORARY_KEY_CAP, TEMPORARY_KEY_MS, TEMPORARY_KEYS_MAX } from '../../keys/index.ts'
import { formatUsd } from '../../lib/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce } from '../answer-once.ts'
import {
  idempotencyHeader,
  json,
  jsonBody,
  managed,
  managedError,
  tell,
  temporaryKeyInput,
  temporaryKeyMinted,
  temporaryKeyRemembered,
} from '../contract/index.ts'
import { mintingOf } from '../minting.ts'
import { accountOf, type ManageApp, type ManageDependencies, makerOf, repeatOf, sessionIdOf } from './manage-env.ts'
import { groupOfMaker } from './member-cap.ts'

const NO_LIMITS = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

/** A key for ten minutes, to try something out of a browser: it spends little, is told once, and ends when its person signs out. */
export function temporaryKeyRoute(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, subjects, ids, clock } = dependencies
  app.openapi(route, async (c) => {
    const accountId = accountOf(c)
    const { cap } = c.req.valid('json')
    const amount = cap === undefined ? TEMPORARY_KEY_CAP : readAmount(cap, undefined)
    const request = await repeatOf(c)
    const random = mintingOf(request, dependencies, 'temporary-key-mint')
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: temporaryKeyRemembered,
      work: async (tx) => {
        const [now, madeBy] = [clock.now(), makerOf(c)]
        await requireTemporaryPlace(tx, { accountId, madeBy, now })
        const expiresAt = new Date(now + TEMPORARY_KEY_MS)
        const { key } = await createKey(tx, subjects, {
          ...{ id: ids.uuid(), accountId, name: 'playground', limits: NO_LIMITS, models: undefined, random, now, expiresAt, madeBy },
          ...{ spendCap: { amount, window: 'total' }, groupId: await groupOfMaker(tx, c), temporary: { sessionId: sessionIdOf(c) } },
        })
        return { id: key.id, cap: formatUsd(amount), expiresAt: expiresAt.toISOString() }
      },
    })
    return c.json(tell({ ...made, apiKey: mintSecret(random) }), 201)
  })
}

const route = createRoute({
  method: 'post',
  path: '/api/keys/temporary',
  summary: `Make a key that works for ten minutes and spends at most $1, or what is asked for; ${TEMPORARY_KEYS_MAX} at once, each in this answer and nowhere else`,
  request: { headers: idempotencyHeader, body: jsonBody(temporaryKeyInput) },
  responses: { 201: json(managed(temporaryKeyMinted), 'The key'), default: json(managedError, 'What went wrong') },
})
