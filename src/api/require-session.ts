import type { Context } from 'hono'
import { fail } from '../failures.ts'
import type { Identity, Session } from '../identity/index.ts'
import { readSessionCookie, setSessionCookie } from './session-cookie.ts'

/**
 * Who is signed in by a request's cookie, acting for their own account or for `accountId`; the browser keeps the cookie as long as the session is put
 * off. Fails with signed_out.
 */
export async function requireSession(c: Context, identity: Pick<Identity, 'sessionOf'>, accountId?: string): Promise<Session> {
  return keepSession(c, (await identity.sessionOf(readSessionCookie(c), accountId)) ?? fail('signed_out'))
}

function keepSession(c: Context, session: Session): Session {
  const token = readSessionCookie(c)
  if (session.isExtended && token !== undefined) setSessionCookie(c, token)
  return session
}

/** By which of their accounts a person who is signed in wants to act; their own without it. A link, which has no header, says so in its address. */
export const ACCOUNT_HEADER = 'farebox-account'

const wantedAccount = (c: Context): string | undefined =>
  c.req.header(ACCOUNT_HEADER) ?? (c.req.method === 'GET' ? c.req.query(ACCOUNT_HEADER) : undefined)

/**
 * The same, for the account that the request names. Of an account that is not theirs nobody is told whether it is there, and nobody is signed out by
 * asking for one. Fails with signed_out, account_unknown, sign_on_required.
 */
export async function requireActing(c: Context, identity: Pick<Identity, 'sessionOf' | 'signOnFor'>): Promise<Session> {
  const wanted = wantedAccount(c)
  const token = readSessionCookie(c)
  const session = await identity.sessionOf(token, wanted)
  if (session !== undefined) return keepSession(c, session)
  const own = wanted === undefined ? undefined : await identity.sessionOf(token)
  if (wanted === undefined || own === undefined) return fail('signed_out')
  return fail((await identity.signOnFor(own, wanted)) === undefined ? 'account_unknown' : 'sign_on_required')
}

/** The same for their own account, for dangerous acts: they have to have shown lately who they are. Fails with signed_out, not_fresh. */
export async function requireFresh(c: Context, identity: Pick<Identity, 'sessionOf' | 'isFresh'>): Promise<Session> {
  const session = await requireSession(c, identity)
  return identity.isFresh(session) ? session : fail('not_fresh')
}
