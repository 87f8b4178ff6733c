import type { Context } from 'hono'
import { SESSION_IDLE_HOURS } from '../identity/index.ts'

/** The one cookie. Source: draft-ietf-httpbis-rfc6265bis §4.1.3.2, the prefix __Host- (2026-11-26). */
export const SESSION_COOKIE = '__Host-farebox'

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict'

/** The token in a request's cookie; undefined without one, and when there are two, as one of them is not ours. */
export function readSessionCookie(c: Context): string | undefined {
  const pairs = (c.req.header('cookie') ?? '').split(';').map((pair) => pair.trim())
  const values = pairs.filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`)).map((pair) => pair.slice(SESSION_COOKIE.length + 1))
  return values.length === 1 ? values[0] : undefined
}

/** Has a browser keep a session's token until it would be idle for too long. */
export function setSessionCookie(c: Context, token: string): void {
  c.header('set-cookie', `${SESSION_COOKIE}=${token}; Max-Age=${SESSION_IDLE_HOURS * 3600}; ${ATTRIBUTES}`)
}

/** Has a browser forget it. */
export function clearSessionCookie(c: Context): void {
  c.header('set-cookie', `${SESSION_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`)
}
