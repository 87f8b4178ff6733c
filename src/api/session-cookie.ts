import { SESSION_IDLE_HOURS } from '../identity/index.ts'
import { hostCookie } from './cookie.ts'

/** The one cookie of the public listener. */
export const SESSION_COOKIE = '__Host-farebox'

const cookie = hostCookie(SESSION_COOKIE, SESSION_IDLE_HOURS)

/** The token in a request's cookie; undefined without one, and when there are two, as one of them is not ours. */
export const readSessionCookie = cookie.read

/** Has a browser keep a session's token until it would be idle for too long. */
export const setSessionCookie = cookie.set

/** Has a browser forget it. */
export const clearSessionCookie = cookie.clear
