import type { Context } from 'hono'
import { fail } from '../failures.ts'
import type { Session, Shown } from '../identity/index.ts'
import type { ApiDependencies } from './dependencies.ts'
import { setSessionCookie } from './session-cookie.ts'

/** A session whose rights changed, and what was shown of who it is. */
export type Renewed = Shown & { readonly session: Session }

/** What a session may do has changed, so that its old token ends. Fails with signed_out. */
export async function renewSession(c: Context, identity: ApiDependencies['identity'], { session, ...shown }: Renewed): Promise<void> {
  setSessionCookie(c, (await identity.rotate(session, shown)) ?? fail('signed_out'))
}
