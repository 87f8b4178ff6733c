import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Repeatable, repeatableOf } from '../answer-once.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { requireMemberRight } from '../member-doors.ts'

/** The interface that routes of management are added to. */
export type ManageApp = OpenAPIHono<CustomerEnv>

/** What routes of management are built of. */
export type ManageDependencies = ApiDependencies

/** The account that manages itself by this request. */
export const accountOf = (c: Context<CustomerEnv>): string => c.get('customer').accountId

/** The person who is signed in; undefined where a management key was shown. */
export function makerOf(c: Context<CustomerEnv>): string | undefined {
  const customer = c.get('customer')
  return 'personId' in customer ? customer.personId : undefined
}

/** The person whose request it is: who is signed in, or made the management key that was shown; undefined where nobody is known to have. */
export function behindOf(c: Context<CustomerEnv>): string | undefined {
  const customer = c.get('customer')
  return 'keyMadeBy' in customer ? customer.keyMadeBy : makerOf(c)
}

/** The session they are signed in by; undefined where a management key was shown. */
export function sessionIdOf(c: Context<CustomerEnv>): string | undefined {
  const customer = c.get('customer')
  return 'personId' in customer ? customer.sessionId : undefined
}

/** Lets those pass who may make keys, where a path that is for others makes one too. Fails with member_role. */
export function requireKeysRight(c: Context<CustomerEnv>): void {
  const customer = c.get('customer')
  if ('role' in customer) requireMemberRight(customer.role, 'keys')
}

/** What makes a POST of an account the same as another one of it. */
export const repeatOf = (c: Context<CustomerEnv>): Promise<Repeatable | undefined> => repeatableOf(c, accountOf(c))
