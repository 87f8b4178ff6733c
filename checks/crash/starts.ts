import { readFileSync } from 'node:fs'
import type { World } from '../world.ts'

/** How often the database was begun, its own beginnings after a crash included, and processes of Farebox. */
export type Starts = { readonly database: number; readonly farebox: number }

const LOOK_MS = 20

/** Watches what of a world is started; what lives shorter than a look is not seen. */
export function watchStarts(world: World): { readonly seen: () => Starts; readonly stop: () => void } {
  const postmasters = new Set<number>()
  const checkpointers = new Set<number>()
  const farebox = new Set<number>()
  const look = (): void => {
    for (const { pid, role } of world.processes()) {
      // A start that comes to nothing ends before it has any child.
      if (role === 'postgres' && !postmasters.has(parentOf(pid))) postmasters.add(pid)
      if (role === 'other' && isCheckpointer(pid)) checkpointers.add(pid)
      if (role === 'control' || role === 'gateway' || role === 'supervisor') farebox.add(pid)
    }
  }
  look()
  const timer = setInterval(look, LOOK_MS)
  const count = (): number => Math.max(postmasters.size, checkpointers.size)
  return { seen: () => ({ database: count(), farebox: farebox.size }), stop: () => clearInterval(timer) }
}

/** A process that a server has just begun is still called as the server is. */
function parentOf(pid: number): number {
  try {
    return Number(/^\S+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? 0)
  } catch {
    // It has ended meanwhile.
    return 0
  }
}

/** A server has one from its first recovery on, and another after each crash. */
function isCheckpointer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('postgres: checkpointer')
  } catch {
    // It has ended meanwhile.
    return false
  }
}
