import type { Context, MiddlewareHandler } from 'hono'
import { fail } from '../failures.ts'
import type { ApiEnv } from './dependencies.ts'

const READS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Lets a request that changes something pass when it comes from a page of ours, as a browser says itself: Origin, and Sec-Fetch-Site where it is told.
 * Fails with origin_refused. Source: RFC 6454 §7 (2011-12); w3.org/TR/fetch-metadata (2026-11-26).
 */
export function requireSameOrigin(c: Context, publicUrl: string): void {
  if (READS.includes(c.req.method)) return
  const { origin } = new URL(publicUrl)
  const site = c.req.header('sec-fetch-site')
  if (c.req.header('origin') !== origin || (site !== undefined && site !== 'same-origin')) fail('origin_refused', { origin })
}

/** The same for all paths of a router. */
export const onlySameOrigin =
  (publicUrl: string): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    requireSameOrigin(c, publicUrl)
    await next()
  }
