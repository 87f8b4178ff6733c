import type { Context } from 'hono'
import type { Visitor } from '../identity/index.ts'
import { languageOf } from '../spec/index.ts'

/** The header in which a gateway tells control from where a request came; it replaces what a client sent under this name. */
export const ADDRESS_HEADER = 'x-farebox-address'

/** From where somebody asks, as the gateway saw it. */
export const visitorOf = (c: Context): Visitor => ({
  address: c.req.header(ADDRESS_HEADER),
  userAgent: c.req.header('user-agent'),
  language: languageOf(c.req.header('accept-language')),
})
