import type { MiddlewareHandler } from 'hono'
import type { Database } from '../db/index.ts'
import { fail } from '../failures.ts'
import { findManagementKey } from '../keys/index.ts'
import { hashKey, isManagementKey, isWellFormedKey } from '../spec/index.ts'
import type { ApiEnv } from './dependencies.ts'

/** What requests of the management interface carry once it is known who sends them. */
export type CustomerEnv = ApiEnv

/** Lets requests with a management key pass. Fails with key_missing, management_key_invalid, and management_key_needed for keys that call models. */
export const requireCustomer =
  (database: Database): MiddlewareHandler<CustomerEnv> =>
  async (c, next) => {
    const key =
      /^bearer +(\S{1,512}) *$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? c.req.header('x-api-key') ?? fail('key_missing')
    if (isWellFormedKey(key)) fail('management_key_needed')
    if (!isManagementKey(key)) fail('management_key_invalid')
    const found = (await findManagementKey(database, hashKey(key))) ?? fail('management_key_invalid')
    c.set('customer', found)
    await next()
  }
