import { isIP } from 'node:net'

const URL_LENGTH_MAX = 4_096

/** Endings of names that are answered within a network, or nowhere. Source: https://www.iana.org/assignments/special-use-domain-names (2026-11-26). */
const LOCAL_ENDING = /(?:^|\.)(?:localhost|local|internal|intranet|private|corp|home|lan|arpa|onion|invalid|test|example|alt)$/

/** What is to be asked for, and whom. */
export type PublicUrl = { readonly name: string; readonly path: string }

/**
 * The host and path of an address that may be fetched: https, port 443, a whole name, no login in it; undefined for any other. However an
 * IP address is spelled (in decimal, octal, hexadecimal, in brackets, short), the parser makes the usual spelling of it, and it is no name.
 * Source: https://url.spec.whatwg.org/#host-parsing (2026-11-26).
 */
export function publicUrlOf(text: string): PublicUrl | undefined {
  if (text.length > URL_LENGTH_MAX || !URL.canParse(text)) return undefined
  const { protocol, username, password, port, hostname, pathname, search } = new URL(text)
  if (protocol !== 'https:' || username !== '' || password !== '' || port !== '') return undefined
  return isPublicName(hostname) ? { name: hostname, path: pathname + search } : undefined
}

/** A name of at least two labels; one that ends in a number would be an address of IPv4, which has no certificate that names it. */
function isPublicName(hostname: string): boolean {
  if (hostname.startsWith('[') || isIP(hostname) !== 0 || hostname.length > 253) return false
  return /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(hostname) && !LOCAL_ENDING.test(hostname)
}
