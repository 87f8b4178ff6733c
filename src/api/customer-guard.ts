import type { Context, MiddlewareHandler } from 'hono'
import { fail } from '../failures.ts'
import { findManagementKey } from '../keys/index.ts'
import { hashKey, isManagementKey, isWellFormedKey, keyPlaces } from '../spec/index.ts'
import type { ApiDependencies, ApiEnv, Customer } from './dependencies.ts'
import { memberRightOf, requireMemberRight } from './member-doors.ts'
import { requireActing } from './require-session.ts'
import { requireSameOrigin } from './same-origin.ts'
import { readSessionCookie } from './session-cookie.ts'

/** What requests of the management interface carry once it is known who sends them. */
export type CustomerEnv = ApiEnv

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'identity' | 'publicUrl' | 'manage'>

/**
 * Lets requests with a management key pass, and those of people who are signed in and whose role allows it. Fails with key_missing,
 * management_key_invalid, management_key_needed for keys that call models; of people with signed_out, origin_refused, account_unknown, member_role.
 */
export const requireCustomer =
  (dependencies: Dependencies): MiddlewareHandler<CustomerEnv> =>
  async (c, next) => {
    const key = keyOf(c)
    c.set('customer', key === undefined ? await signedInCustomer(c, dependencies) : await customerOfKey(dependencies, key))
    await next()
  }

/** The key of a request; undefined without one. */
const keyOf = (c: Context): string | undefined =>
  /^bearer +(\S{1,512}) *$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? c.req.header('x-api-key')

async function customerOfKey({ appDatabase }: Pick<Dependencies, 'appDatabase'>, key: string): Promise<Customer> {
  if (isWellFormedKey(key)) fail('management_key_needed')
  if (!isManagementKey(key)) fail('management_key_invalid')
  return (await findManagementKey(appDatabase, hashKey(key))) ?? fail('management_key_invalid')
}

/** Who is signed in by the cookie, for the account they name; without a cookie a key is what is missing. */
export async function signedInCustomer(
  c: Context<ApiEnv>,
  { identity, publicUrl, manage }: Pick<Dependencies, 'identity' | 'publicUrl' | 'manage'>,
): Promise<Customer> {
  if (readSessionCookie(c) === undefined) fail('key_missing', keyPlaces(manage.agents !== undefined))
  requireSameOrigin(c, publicUrl)
  const { id: sessionId, accountId, personId, role } = await requireActing(c, identity)
  requireMemberRight(role, memberRightOf(c.req.method, c.req.path))
  return { accountId, personId, role, sessionId }
}
