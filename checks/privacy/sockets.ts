import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A socket of a process that leads out of it over IP; `remotePort` is 0 for one that listens. */
export type IpSocket = {
  readonly kind: 'tcp' | 'udp'
  readonly localPort: number
  readonly remoteHost: string
  readonly remotePort: number
}

/** The IP sockets that a process holds. Reads /proc, so it knows nothing elsewhere than on Linux. Source: proc(5), /proc/net/tcp (2026-11-26). */
export function ipSocketsOf(pid: number): readonly IpSocket[] {
  const inodes = new Set(linksOf(pid).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  return (['tcp', 'udp'] as const).flatMap((kind) =>
    ['', '6'].flatMap((family) =>
      textOf(`/proc/${pid}/net/${kind}${family}`)
        .split('\n')
        .slice(1)
        .flatMap((line) => socketIn(line, kind, inodes)),
    ),
  )
}

function socketIn(line: string, kind: IpSocket['kind'], inodes: ReadonlySet<string>): readonly IpSocket[] {
  const [, local = '', remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
  if (!inodes.has(inode)) return []
  const [address = '', port = ''] = remote.split(':')
  const remoteHost = hostOf(address)
  return [{ kind, localPort: Number.parseInt(local.split(':')[1] ?? '', 16), remoteHost, remotePort: Number.parseInt(port, 16) }]
}

/** An address of the kernel's table: words of four bytes, each in the order of this machine. */
function hostOf(hexadecimal: string): string {
  const bytes = (hexadecimal.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse())
  const isMapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255
  if (bytes.length === 4 || isMapped) return bytes.slice(-4).join('.')
  return (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':')
}

/** What the descriptors of a process lead to. */
export function linksOf(pid: number): readonly string[] {
  return namesIn(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)]
    } catch {
      // Closed since the folder was read.
      return []
    }
  })
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    // The process has ended.
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // The process has ended, or the machine has no such family of addresses.
    return ''
  }
}
