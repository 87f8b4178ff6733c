import type { Context } from 'hono'
import { fail } from '../failures.ts'
import type { Identity, Session } from '../identity/index.ts'
import { readSessionCookie } from './session-cookie.ts'

/** Who is signed in by a request's cookie, acting for their own account or for `accountId`. Fails with signed_out. */
export const requireSession = async (c: Context, identity: Pick<Identity, 'sessionOf'>, accountId?: string): Promise<Session> =>
  (await identity.sessionOf(readSessionCookie(c), accountId)) ?? fail('signed_out')

/** The same, for dangerous acts: they have to have shown lately who they are. Fails with signed_out, not_fresh. */
export async function requireFresh(c: Context, identity: Pick<Identity, 'sessionOf' | 'isFresh'>): Promise<Session> {
  const session = await requireSession(c, identity)
  return identity.isFresh(session) ? session : fail('not_fresh')
}
