import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Ranges of IPv4 that are no part of the public internet, and those of clouds' metadata that look as if they were. Source:
 * https://www.iana.org/assignments/iana-ipv4-special-registry (2026-11-26); 168.63.129.16 is Azure's wire server:
 * https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 (2026-11-26).
 */
const NOT_PUBLIC_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
]

/** Global unicast: all else of IPv6 is mapped, translated (64:ff9b::), local, multicast or unassigned. */
const GLOBAL_IPV6 = ['2000::/3']

/**
 * What of global unicast is not public, or leads to an IPv4 address that is not looked at here: protocol assignments with Teredo, 6to4,
 * documentation, AS112. Source: https://www.iana.org/assignments/iana-ipv6-special-registry (2026-11-26).
 */
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']

const LISTS = { notPublic: listOf([...NOT_PUBLIC_IPV4, ...NOT_PUBLIC_IPV6]), global: listOf(GLOBAL_IPV6) } as const

/** Whether an IP address, without brackets or zone, is one of the public internet; anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false
  if (isIPv4(address)) return !LISTS.notPublic.check(address, 'ipv4')
  return LISTS.global.check(address, 'ipv6') && !LISTS.notPublic.check(address, 'ipv6')
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  return list
}
