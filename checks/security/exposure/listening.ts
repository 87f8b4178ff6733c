import { readFileSync } from 'node:fs'
import { linksOf } from '../../privacy/sockets.ts'

/** A place where a process takes connections or packets. */
export type Listening = { readonly kind: 'tcp' | 'udp'; readonly host: string; readonly port: number }

const LISTENS = '0A'
const NO_PEER = /^0+:0000$/

/** Where a process listens: its TCP sockets in that state, and its UDP sockets without a peer. Source: proc_net_tcp(5), kernel.org (2026-11-27). */
export function listeningOf(pid: number): readonly Listening[] {
  const inodes = new Set(linksOf(pid).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  return (['tcp', 'udp'] as const).flatMap((kind) =>
    ['', '6'].flatMap((family) =>
      textOf(`/proc/${pid}/net/${kind}${family}`)
        .split('\n')
        .slice(1)
        .flatMap((line) => {
          const [, local = '', remote = '', state = '', , , , , , inode = ''] = line.trim().split(/\s+/)
          const isOpen = kind === 'tcp' ? state === LISTENS : NO_PEER.test(remote)
          const [address = '', port = ''] = local.split(':')
          return inodes.has(inode) && isOpen ? [{ kind, host: hostOf(address), port: Number.parseInt(port, 16) }] : []
        }),
    ),
  )
}

/** An address of the kernel's table: words of four bytes, each in the order of this machine. */
function hostOf(hexadecimal: string): string {
  const bytes = (hexadecimal.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse())
  return bytes.length === 4 ? bytes.join('.') : (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':')
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // The process has ended, or the machine has no such family of addresses.
    return ''
  }
}
