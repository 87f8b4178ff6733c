import { call } from '../lib/call.ts'
import { signedIn } from '../parts/index.ts'
import type { OperatorMe } from './answers.ts'

/** Who of the operators is signed in, and what they may do. */
export type OperatorSession = OperatorMe

/** Shows pages to operators who are signed in, and tells who that is. */
export const { SignedInOnly, useSession } = signedIn<OperatorSession>('/operator/auth/me', ({ name }) => name)

/** Ends the session, here and on the server. */
export async function signOut(): Promise<void> {
  await call('/operator/auth/sign-out', { method: 'POST' })
  window.location.assign('/console/sign-in')
}

/** A path within the app to go on to after signing in; anything else is not followed. */
export const safeNext = (next: unknown): string =>
  typeof next === 'string' && /^\/(?!sign-in)[\w\-./?=&#%]*$/.test(next) && !next.includes('//') ? next : '/'
