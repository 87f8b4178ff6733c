import { residentBytes } from '../../processes.ts'
import type { World } from '../../world.ts'

/** How a server's processes do while something is done to them. */
export type ProcessWatch = {
  /** The most that any of them had more than at the beginning, in bytes, by role. */
  readonly grownBytes: () => Readonly<Record<string, number>>
  /** How late its event loop was at the worst 99th percentile that was told, in milliseconds, by role. */
  readonly lateMs: () => Readonly<Record<string, number>>
  /** Processes of the beginning that are gone. */
  readonly gone: () => readonly string[]
  readonly end: () => void
}

const LOOK_MS = 100
const ASK_MS = 1_000
const ROLES = ['supervisor', 'gateway', 'control'] as const

/** Watches the memory and the event loops of all processes of a server but its database. */
export function watchProcesses(world: World): ProcessWatch {
  const first = world.processes().filter(({ role }) => ROLES.some((one) => one === role))
  const before = new Map(first.map(({ pid }) => [pid, residentBytes(pid)]))
  const [grown, late]: Record<string, number>[] = [{}, {}]
  const atMost = (kept: Record<string, number> | undefined, name: string, value: number): void => {
    if (kept !== undefined) kept[name] = Math.max(kept[name] ?? 0, value)
  }
  const looking = setInterval(() => {
    for (const { pid, role } of first) atMost(grown, role, residentBytes(pid) - (before.get(pid) ?? 0))
  }, LOOK_MS)
  const asking = setInterval(() => {
    void lateIn(world).then((told) => {
      for (const [name, millis] of told) atMost(late, name, millis)
    })
  }, ASK_MS)
  return {
    grownBytes: () => ({ ...grown }),
    lateMs: () => ({ ...late }),
    gone: () => {
      const now = new Set(world.processes().map(({ pid }) => pid))
      return first.filter(({ pid }) => !now.has(pid)).map(({ role }) => role)
    },
    end: () => {
      clearInterval(looking)
      clearInterval(asking)
    },
  }
}

async function lateIn({ operatorBase }: World): Promise<readonly (readonly [string, number])[]> {
  try {
    const text = await (await fetch(`${operatorBase}/metrics`)).text()
    return [...text.matchAll(/^farebox_event_loop_late_seconds\{process="(\w+)"\} (\S+)$/gm)].map(([, name = '', seconds]) => [
      name,
      Number(seconds) * 1_000,
    ])
  } catch {
    // A control that is busy tells it the next time, and one that is gone is found to be.
    return []
  }
}
