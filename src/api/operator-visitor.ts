import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { Visitor } from '../identity/index.ts'

/** From where somebody asks at the operator listener: the address of the connection, undefined where there is none, as in tests. */
export const operatorVisitorOf = (c: Context): Visitor => ({
  address: c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address,
  userAgent: c.req.header('user-agent'),
})
