import { readFileSync } from 'node:fs'

/**
 * Bytes that the kernel holds for connections to or from local ports: sent and not yet taken over by the other side, or taken over and not yet
 * read. Both ends are on this host. Source: https://docs.kernel.org/networking/proc_net_tcp.html (2026-11-27).
 */
export function kernelBytes(ports: readonly number[]): number {
  const wanted = new Set(ports)
  const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)
  return rows.reduce((sum, row) => {
    const [, local = '', remote = '', , queues = ''] = row.trim().split(/\s+/)
    if (!wanted.has(portOf(local)) && !wanted.has(portOf(remote))) return sum
    const [sending = '0', receiving = '0'] = queues.split(':')
    return sum + Number.parseInt(sending, 16) + Number.parseInt(receiving, 16)
  }, 0)
}

const portOf = (address: string): number => Number.parseInt(address.split(':')[1] ?? '0', 16)
