import type { Context } from 'hono'
import { fail } from '../failures.ts'
import { isLoopback } from '../lib/index.ts'

const READS = ['GET', 'HEAD']
/** What browsers tell of a request that a page of ours or its reader made. */
const OWN_SITES = ['same-origin', 'none']

/**
 * Lets a browser's request pass that comes from a page of the operator listener: one of its configured address, or of a loopback name that it was
 * asked by, so that a name which was bent to this address is none. What changes something has to say its origin. Fails with origin_refused. Source:
 * RFC 6454 §7 (2011-12); w3.org/TR/fetch-metadata (2026-11-26).
 */
export function requireOperatorOrigin(c: Context, url: string): void {
  const { origin: own } = new URL(url)
  const site = c.req.header('sec-fetch-site')
  const isOwn = isOwnOrigin(c.req.header('origin'), { own, host: c.req.header('host') ?? '' })
  if ((site !== undefined && !OWN_SITES.includes(site)) || !(isOwn || (READS.includes(c.req.method) && isOwnHost(c, own))))
    fail('origin_refused', { origin: own })
}

function isOwnOrigin(origin: string | undefined, { own, host }: { readonly own: string; readonly host: string }): boolean {
  return origin === own || (isLoopbackHost(host) && (origin === `http://${host}` || origin === `https://${host}`))
}

/** A read that tells no origin came from no other one, as far as a browser tells; its host still has to be ours. */
function isOwnHost(c: Context, own: string): boolean {
  const host = c.req.header('host') ?? ''
  return c.req.header('origin') === undefined && (host === new URL(own).host || isLoopbackHost(host))
}

const isLoopbackHost = (host: string): boolean => isLoopback(host.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1'))
