import { readFileSync } from 'node:fs'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'
import { expectReadOnly, readOnlyRoot } from './read-only-root.ts'
import { sampleDuring } from './sampled.ts'
import { linksOf } from './sockets.ts'
import { IMPATIENT, MODELS, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 8
const ALLOWED =
  /^(?:socket:\[\d+\]|pipe:\[\d+\]|anon_inode:\[?(?:eventpoll|eventfd|timerfd|signalfd|io_uring)\]?|\/dev\/null|\/dev\/urandom)$/

/**
 * PRV-03b: under load a gateway has nothing open but sockets, pipes, what its event loop waits with, and /dev/null. Where the host lets it, the server
 * runs under a read-only root, as the unit that is shipped has it: it serves all the same, and beside a gateway nothing but its folder can be written.
 */
export async function descriptors(context: CheckContext): Promise<Measured> {
  const under = readOnlyRoot()
  const world = await startWorld({ gateways: 2, models: MODELS, env: IMPATIENT, ...(under === undefined ? {} : { runUnder: under }) })
  try {
    const { key } = await world.operator.customer('100000.00')
    const traffic = new Traffic(world, { rich: key, poor: key, limited: key })
    const kinds = new Map<string, number>()
    const samples = await sampleDuring(
      world,
      (at) => noteKinds(at, kinds),
      () => traffic.makeAll(planCalls(context.n), CALLS_AT_ONCE),
    )
    for (const [kind, count] of kinds) context.expect(ALLOWED.test(kind), `a gateway had open: ${kind} (${count} times)`)
    context.expect(kinds.has('socket:[0]'), 'blind: no gateway had a socket open')
    context.expect(world.sim.calls.length > 0, 'blind: no call was served')
    const [gateway = 0] = world.pidsOf('gateway')
    const seen = [...kinds.keys()].sort().join(', ')
    const tried = under === undefined ? NOT_RUN : expectReadOnly(context, { pid: gateway, folder: world.directory })
    return { n: context.n, measured: { samples, kinds: seen, writableMounts: writableMounts(gateway), readOnlyRoot: tried } }
  } finally {
    await world.stop()
  }
}

const NOT_RUN = 'not run: this host lets nobody make a mount namespace'

function noteKinds(world: World, kinds: Map<string, number>): void {
  for (const pid of world.pidsOf('gateway')) {
    for (const link of linksOf(pid)) {
      const kind = link.replace(/\[\d+\]$/, '[0]')
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
  }
}

/** Mounts of files, not of the kernel's own, that a process sees as writable. Source: proc(5), mountinfo (2026-11-26). */
function writableMounts(pid: number): number {
  const kernels = new Set(['proc', 'sysfs', 'devpts', 'cgroup', 'cgroup2', 'mqueue', 'devtmpfs', 'securityfs', 'debugfs', 'tracefs', 'bpf'])
  return readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .split('\n')
    .filter((line) => {
      const [before = '', after = ''] = line.split(' - ')
      return before.split(' ')[5]?.split(',').includes('rw') === true && !kernels.has(after.split(' ')[0] ?? '')
    }).length
}
