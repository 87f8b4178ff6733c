import { isIP, isIPv4 } from 'node:net'

/** Where to listen: a host name or bare IP address (no brackets), and a port from 0 to 65535. */
export type Address = { readonly host: string; readonly port: number }

/** A range of IP addresses; a single address has the full prefix. */
export type AddressRange = { readonly address: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' }

/** Reads "127.0.0.1:8080", "localhost:8080" or "[::1]:8080"; undefined when it is anything else. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const port = Number(match[3])
  if (port > 65_535 || (match[1] !== undefined && isIP(match[1]) !== 6)) return undefined
  const host = match[1] ?? match[2] ?? ''
  return /^[\d.]+$/.test(host) && !isIPv4(host) ? undefined : { host, port }
}

/** Reads addresses and CIDR ranges separated by commas or spaces; undefined when one of them is not valid. */
export function parseRanges(text: string): readonly AddressRange[] | undefined {
  const ranges = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(parseRange)
  return ranges.every((range) => range !== undefined) ? ranges : undefined
}

function parseRange(text: string): AddressRange | undefined {
  const [address = '', prefixText, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return undefined
  const prefixMax = version === 4 ? 32 : 128
  const prefix = prefixText === undefined ? prefixMax : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : -1
  return prefix < 0 || prefix > prefixMax ? undefined : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/** Whether a host is this machine only: localhost, 127.0.0.0/8 or ::1. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || (isIPv4(host) && host.startsWith('127.')) || /^(?:0{0,4}:){2,7}0{0,3}1$/.test(host)

/** The URL as given when it parses and has one of the schemes ("https:"); undefined otherwise. */
export function parseUrl(text: string, schemes: readonly string[]): string | undefined {
  const url = URL.parse(text)
  return url !== null && schemes.includes(url.protocol) && url.host !== '' ? text : undefined
}

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** Bytes of "33554432" or "32MiB" (KiB, MiB, GiB); undefined when it is anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,12}) ?(KiB|MiB|GiB)?$/.exec(text)
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1)
}
