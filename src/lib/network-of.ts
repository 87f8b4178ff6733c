import { isIP } from 'node:net'

/**
 * What of an address counts: all of IPv4, also where it is written as IPv6, and the first 64 bits of IPv6, as one customer has them all; undefined for
 * what is no IP address.
 * Source: RFC 4291 §2.5.1 and §2.5.5.2 (2006-02), RFC 6177 §2 (2011-03), as of 2026-11-26.
 */
export function networkOf(ip: string): string | undefined {
  const version = isIP(ip)
  if (version === 0) return undefined
  if (version === 4) return ip
  const groups = groupsOf(ip)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return [...groups.slice(6)].flatMap((group) => [group >> 8, group & 0xff]).join('.')
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')
}

/** The eight groups of an IPv6 address, its zone left out. */
function groupsOf(ip: string): readonly number[] {
  const [address = ''] = ip.split('%')
  const hex = address.replace(/\d+\.\d+\.\d+\.\d+$/, (quad) => {
    const [a = 0, b = 0, c = 0, d = 0] = quad.split('.').map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [before = '', after] = hex.split('::')
  const read = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [head, tail] = [read(before), read(after ?? '')]
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
}
