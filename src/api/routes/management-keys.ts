import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import { createManagementKey, listManagementKeys, type ManagementKey, revokeManagementKey } from '../../keys/index.ts'
import { mintManagementSecret } from '../../spec/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  accountManagementKeyInput,
  accountManagementKeyList,
  accountManagementKeyMinted,
  accountManagementKeyRemembered,
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { mintingOf } from '../minting.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'keyring' | 'subjects' | 'ids' | 'clock' | 'randomBytes'>

/** Keys by which customers manage their accounts, made for them by the operator: make, list, end. */
export function accountManagementKeyRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, subjects, ids, clock } = dependencies
  app.openapi(createKeyRoute, async (c) => {
    const accountId = c.req.valid('param').id
    const { name } = c.req.valid('json')
    const request = await repeatableOf(c)
    const random = mintingOf(request, dependencies, 'management-key-mint')
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: accountManagementKeyRemembered,
      work: async (tx) =>
        remembered((await createManagementKey(tx, subjects, { id: ids.uuid(), accountId, name, random, now: clock.now() })).key),
    })
    return c.json({ ...made, name, secret: mintManagementSecret(random) }, 201)
  })
  app.openapi(listRoute, async (c) => {
    const { id } = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    const keys = await listManagementKeys(appDatabase, subjects, id)
    const shown = keys.map((key) => ({ ...remembered(key), name: key.name ?? null, revoked_at: key.revokedAt?.toISOString() ?? null }))
    return c.json({ data: shown }, 200)
  })
  app.openapi(deleteRoute, async (c) => {
    const { id: accountId, key: id } = c.req.valid('param')
    await getAccount(appDatabase, subjects, accountId)
    await revokeManagementKey(appDatabase, { id, accountId, now: clock.now() })
    return c.body(null, 204)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/v1/accounts/{id}/management-keys'

const createKeyRoute = createRoute({
  method: 'post',
  path,
  summary: 'Make a key that manages an account; its secret is in this answer and nowhere else',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(accountManagementKeyInput) },
  responses: { 201: json(accountManagementKeyMinted, 'The key with its secret'), ...failures },
})

const listRoute = createRoute({
  method: 'get',
  path,
  summary: "List an account's management keys, newest first, ended ones too",
  request: { params: idParameter },
  responses: { 200: json(accountManagementKeyList, 'The keys'), ...failures },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: `${path}/{key}`,
  summary: 'End a management key at once',
  request: { params: idParameter.extend({ key: z.string() }) },
  responses: { 204: { description: 'It manages nothing any more' }, ...failures },
})

const remembered = (key: ManagementKey) => ({
  id: key.id,
  account_id: key.accountId,
  hint: key.hint,
  created_at: key.createdAt.toISOString(),
})
