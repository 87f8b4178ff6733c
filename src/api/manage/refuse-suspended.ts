import type { MiddlewareHandler } from 'hono'
import { readStatus } from '../../accounts/index.ts'
import { fail } from '../../failures.ts'
import { SUSPENDED_UNSAID, SUSPENSIONS } from '../../spec/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { ManageDependencies } from './manage-env.ts'

/** What a suspended account may still do besides looking: make its keys void, and have its card charged no more. Support is asked elsewhere. */
const STILL = /^DELETE \/api\/(?:keys\/|billing\/(?:auto-top-up|card-renewals)$)/

/** Lets accounts that are suspended look, and change nothing but that. Fails with account_suspended. */
export const refuseSuspended =
  ({ appDatabase }: Pick<ManageDependencies, 'appDatabase'>): MiddlewareHandler<CustomerEnv> =>
  async (c, next) => {
    const customer: CustomerEnv['Variables']['customer'] | undefined = c.get('customer')
    const isLooking = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (customer !== undefined && !isLooking && !STILL.test(`${c.req.method} ${c.req.path}`)) {
      const { status, reason } = await readStatus(appDatabase, customer.accountId)
      if (status !== 'active') fail('account_suspended', { reason: reason === undefined ? SUSPENDED_UNSAID : SUSPENSIONS[reason] })
    }
    await next()
  }
