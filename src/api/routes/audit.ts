import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { type ChainedEntry, listAudit, listCheckpoints } from '../../audit/index.ts'
import { CONCERNS_ALL } from '../audit-access.ts'
import { auditPage, auditQuery, errorBody, json } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBefore } from '../read-before.ts'
import { identifyAccount } from './own.ts'

/** Checkpoints in one answer: nearly three years. */
const CHECKPOINTS_MAX = 1_000
const OWN_MAX = 200

/** The audit log as operators read and verify it. */
export function auditRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase }: Pick<ApiDependencies, 'appDatabase'>): void {
  app.openapi(listAuditRoute, async (c) => {
    const { account_id: accountId, ...page } = c.req.valid('query')
    const of = accountId === undefined ? undefined : { accountId, andActions: CONCERNS_ALL }
    const { entries, next } = await listAudit(appDatabase, of === undefined ? page : { ...page, of })
    return c.json({ data: entries.map(showEntry), next: next ?? null }, 200)
  })
}

/** Who looked at what is kept of the caller, and what anybody checks the log with. */
export function ownAuditRoutes(app: Hono<ApiEnv>, dependencies: Pick<ApiDependencies, 'appDatabase' | 'clock' | 'manage'>): void {
  const { appDatabase } = dependencies
  app.get('/v1/accesses', async (c) => {
    const { accountId } = await identifyAccount(c, dependencies)
    return c.json({ object: 'list', ...(await listAccesses(appDatabase, accountId, c.req.query('cursor'))) })
  })
  app.get('/.well-known/audit-checkpoints', async (c) => {
    const data = await listCheckpoints(appDatabase, { before: readBefore(c), limit: CHECKPOINTS_MAX })
    return c.json({ data, next: data.length < CHECKPOINTS_MAX ? null : (data.at(-1)?.day ?? null) })
  })
}

/** Who looked at what is kept of an account, newest first. Fails with invalid_field (cursor). */
export async function listAccesses(database: ApiDependencies['appDatabase'], accountId: string, cursor: string | undefined) {
  const { entries, next } = await listAudit(database, { of: { accountId, andActions: CONCERNS_ALL }, cursor, limit: OWN_MAX })
  return { data: entries.map(showOwn), next: next ?? null }
}

const listAuditRoute = createRoute({
  method: 'get',
  path: '/operator/v1/audit',
  summary: 'List the accesses of operators to what belongs to people, newest first',
  request: { query: auditQuery },
  responses: { 200: json(auditPage, 'A page of accesses'), default: json(errorBody, 'What went wrong') },
})

const showEntry = (entry: ChainedEntry) => ({
  serial: String(entry.serial),
  at: new Date(entry.at).toISOString(),
  actor: entry.actor,
  action: entry.action,
  account_id: entry.accountId ?? null,
  hash: entry.hash.toString('hex'),
})

const showOwn = (entry: ChainedEntry) => ({
  at: new Date(entry.at).toISOString(),
  actor: entry.actor,
  action: entry.action,
  concerns: entry.accountId === undefined ? 'every account' : 'this account',
})
