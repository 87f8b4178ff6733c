import type { Context } from 'hono'
import { fail } from '../failures.ts'
import type { Session } from '../identity/index.ts'
import type { ApiDependencies } from './dependencies.ts'
import { setSessionCookie } from './session-cookie.ts'

/** A session whose rights changed; `isFresh` after a new proof of who it is. */
export type Renewed = { readonly session: Session; readonly isFresh: boolean }

/** What a session may do has changed, so that its old token ends. Fails with signed_out. */
export async function renewSession(c: Context, identity: ApiDependencies['identity'], { session, isFresh }: Renewed): Promise<void> {
  setSessionCookie(c, (await identity.rotate(session, isFresh)) ?? fail('signed_out'))
}
