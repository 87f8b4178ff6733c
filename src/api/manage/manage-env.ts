import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Repeatable, repeatableOf } from '../answer-once.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { ApiDependencies } from '../dependencies.ts'

/** The interface that routes of management are added to. */
export type ManageApp = OpenAPIHono<CustomerEnv>

/** What routes of management are built of. */
export type ManageDependencies = ApiDependencies

/** The account that manages itself by this request. */
export const accountOf = (c: Context<CustomerEnv>): string => c.get('customer').accountId

/** What makes a POST of an account the same as another one of it. */
export const repeatOf = (c: Context<CustomerEnv>): Promise<Repeatable | undefined> => repeatableOf(c, accountOf(c))
