import { Readable } from 'node:stream'
import type { Context, Hono } from 'hono'
import { fail } from '../../failures.ts'
import type { Session } from '../../identity/index.ts'
import { sessionErasureInput } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBody } from '../json-body.ts'
import { requireFresh, requireSession } from '../require-session.ts'
import { clearSessionCookie } from '../session-cookie.ts'
import { exportHeaders, readGiveUp, showAccess, showErasure } from '../show-rights.ts'

type Dependencies = Pick<ApiDependencies, 'identity' | 'rights'>

/** The rights of whoever is signed in over the account that they opened: what is held, an export, and erasure; the last two after a new proof. */
export function sessionPrivacyRoutes(app: Hono<ApiEnv>, { identity, rights }: Dependencies): void {
  app.get('/api/auth/held', async (c) => {
    const { homeAccountId } = await requireSession(c, identity)
    return c.json(showAccess(homeAccountId, await rights.access(homeAccountId)))
  })
  app.post('/api/auth/export', async (c) => {
    const { homeAccountId } = await freshOwner(c, identity)
    const zip = Readable.toWeb(await rights.exportZip(homeAccountId)) as ReadableStream
    return c.body(zip, 200, exportHeaders(homeAccountId))
  })
  app.get('/api/auth/erasure', async (c) => {
    const { homeAccountId } = await requireSession(c, identity)
    return c.json(showErasure(await rights.planErasure(homeAccountId)))
  })
  app.post('/api/auth/erasure', async (c) => {
    const { homeAccountId: accountId } = await freshOwner(c, identity)
    const { confirm: email, give_up: giveUp } = await readBody(c, sessionErasureInput)
    const shown = await rights.erase({ accountId, email, giveUp: readGiveUp(giveUp), cause: 'customer' })
    clearSessionCookie(c)
    return c.json(showErasure(shown), 202)
  })
}

/** Who is signed in and has shown it lately, in the account that they opened. Fails with signed_out, not_fresh, member_role. */
async function freshOwner(c: Context, identity: Dependencies['identity']): Promise<Session> {
  const session = await requireFresh(c, identity)
  return session.role === 'owner' ? session : fail('member_role', { role: session.role, roles: 'owner' })
}
