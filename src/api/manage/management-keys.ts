import { createRoute, z } from '@hono/zod-openapi'
import { createManagementKey, listManagementKeys, type ManagementKey, revokeManagementKey } from '../../keys/index.ts'
import { mintManagementSecret } from '../../spec/index.ts'
import { answerOnce } from '../answer-once.ts'
import {
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  managed,
  managedError,
  managementKeyInput,
  managementKeyMinted,
  managementKeyRemembered,
  managementKeyShown,
  tell,
} from '../contract/index.ts'
import { mintingOf } from '../minting.ts'
import { accountOf, behindOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'

/** Management keys of the caller's account: list, make, end. */
export function managementKeyRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase, subjects, ids, clock } = dependencies
  app.openapi(listRoute, async (c) => c.json(tell((await listManagementKeys(appDatabase, subjects, accountOf(c))).map(showKey)), 200))
  app.openapi(createKeyRoute, async (c) => {
    const { name } = c.req.valid('json')
    const request = await repeatOf(c)
    const random = mintingOf(request, dependencies, 'management-key-mint')
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: managementKeyRemembered,
      work: async (tx) => {
        const input = { id: ids.uuid(), accountId: accountOf(c), name, madeBy: behindOf(c), random, now: clock.now() }
        return remembered((await createManagementKey(tx, subjects, input)).key)
      },
    })
    return c.json(tell({ ...made, name, apiKey: mintManagementSecret(random) }), 201)
  })
  app.openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid('param')
    await revokeManagementKey(appDatabase, { id, accountId: accountOf(c), now: clock.now() })
    return c.json(tell({ id }), 200)
  })
}

const failures = { default: json(managedError, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/api/keys/management',
  summary: 'List management keys, newest first, ended ones too',
  responses: { 200: json(managed(z.array(managementKeyShown)), 'The keys'), ...failures },
})

const createKeyRoute = createRoute({
  method: 'post',
  path: '/api/keys/management',
  summary: 'Make a management key; it is in this answer and nowhere else',
  request: { headers: idempotencyHeader, body: jsonBody(managementKeyInput) },
  responses: { 201: json(managed(managementKeyMinted), 'The key'), ...failures },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/keys/management/{id}',
  summary: 'End a management key at once',
  request: { params: idParameter },
  responses: { 200: json(managed(z.object({ id: z.string() })), 'It manages nothing any more'), ...failures },
})

const remembered = (key: ManagementKey) => ({ id: key.id, hint: key.hint, createdAt: key.createdAt.toISOString() })

const showKey = (key: ManagementKey) => ({
  ...remembered(key),
  name: key.name ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
})
