import type { Context } from 'hono'
import { fail } from '../failures.ts'
import type { Identity, Session } from '../identity/index.ts'
import { readSessionCookie, setSessionCookie } from './session-cookie.ts'

/**
 * Who is signed in by a request's cookie, for what is theirs alone: their own account, their ways in, what they belong to. The browser keeps the cookie as
 * long as the session is put off. Fails with signed_out, session_confined.
 */
export async function requireSession(c: Context, identity: Pick<Identity, 'sessionOf' | 'anySessionOf'>): Promise<Session> {
  const session = await identity.sessionOf(readSessionCookie(c))
  if (session !== undefined) return keepSession(c, session)
  await requireAnySession(c, identity)
  return fail('session_confined')
}

/** Who is signed in, also by a session that is confined to a team: for what such a one may do besides acting for it. Fails with signed_out. */
export async function requireAnySession(c: Context, identity: Pick<Identity, 'anySessionOf'>): Promise<Session> {
  return keepSession(c, (await identity.anySessionOf(readSessionCookie(c))) ?? fail('signed_out'))
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
 * asking for one. Fails with signed_out, session_confined, account_unknown, sign_on_required.
 */
export async function requireActing(c: Context, identity: Pick<Identity, 'sessionOf' | 'anySessionOf' | 'signOnFor'>): Promise<Session> {
  const wanted = wantedAccount(c)
  const token = readSessionCookie(c)
  const session = await identity.sessionOf(token, wanted)
  if (session !== undefined) return keepSession(c, session)
  const other = await requireAnySession(c, identity)
  if (other.confinedTo !== undefined) return fail('session_confined')
  if (wanted === undefined) return fail('signed_out')
  return fail((await identity.signOnFor(other, wanted)) === undefined ? 'account_unknown' : 'sign_on_required')
}

/** Whom a profile is shown to: the same, and who names no account in a session that is confined to a team. Failures as of requireActing. */
export async function requireProfiled(c: Context, identity: Parameters<typeof requireActing>[1]): Promise<Session> {
  return wantedAccount(c) === undefined ? await requireAnySession(c, identity) : await requireActing(c, identity)
}

/** Who is signed in, for dangerous acts on what is theirs alone: they have to have shown lately who they are. Fails with signed_out, session_confined, not_fresh. */
export async function requireFresh(c: Context, identity: Pick<Identity, 'sessionOf' | 'anySessionOf' | 'isFresh'>): Promise<Session> {
  return fresh(identity, await requireSession(c, identity))
}

/** The same for dangerous acts on the account that the request names. Failures as of requireActing, and not_fresh. */
export async function requireFreshActing(
  c: Context,
  identity: Parameters<typeof requireActing>[1] & Pick<Identity, 'isFresh'>,
): Promise<Session> {
  return fresh(identity, await requireActing(c, identity))
}

const fresh = (identity: Pick<Identity, 'isFresh'>, session: Session): Session => (identity.isFresh(session) ? session : fail('not_fresh'))
