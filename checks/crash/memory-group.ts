import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A control group that bounds the memory of what is put into it. */
export type MemoryGroup = {
  /** Moves a process in; from then on it may have so many bytes more. */
  readonly bound: (pid: number, bytes: number) => void
  /** How many processes of it the kernel has killed for want of memory. */
  readonly kills: () => number
  readonly remove: () => void
}

// https://docs.kernel.org/admin-guide/cgroup-v1/memory.html and https://docs.kernel.org/admin-guide/cgroup-v2.html (2026-11-27): what a process
// had before it came stays on the account of the group that it came from.
const VERSIONS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', events: 'memory.events' },
]

/** Makes one; undefined where this host lets nobody, or not us. */
export function makeMemoryGroup(name: string): MemoryGroup | undefined {
  for (const { root, limit, events } of VERSIONS) {
    const folder = join(root, name)
    if (!existsSync(root) || !makeFolder(folder)) continue
    if (!existsSync(join(folder, limit))) {
      rmdirSync(folder)
      continue
    }
    return {
      bound: (pid, bytes) => {
        writeFileSync(join(folder, limit), String(bytes))
        writeFileSync(join(folder, 'cgroup.procs'), String(pid))
      },
      kills: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(folder, events), 'latin1'))?.[1] ?? 0),
      remove: () => rmdirSync(folder),
    }
  }
  return undefined
}

function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch {
    // It is read-only, or not ours.
    return false
  }
}
