import { readdirSync } from 'node:fs'
import { type ProcessRole, residentBytes } from '../processes.ts'
import type { World } from '../world.ts'

/** What gateways and control have at one moment: memory in bytes, open files (sockets are files), and how late the gateways' loops were in the last second. */
export type Sample = {
  readonly gatewayBytes: number
  readonly controlBytes: number
  readonly gatewayFiles: number
  readonly controlFiles: number
  readonly loopLateMs: number
}

/** Looks once. */
export async function sample(world: World): Promise<Sample> {
  const sum = (role: ProcessRole, of: (pid: number) => number): number => world.pidsOf(role).reduce((all, pid) => all + of(pid), 0)
  return {
    ...{ gatewayBytes: sum('gateway', residentBytes), controlBytes: sum('control', residentBytes) },
    ...{ gatewayFiles: sum('gateway', openFiles), controlFiles: sum('control', openFiles) },
    loopLateMs: await loopLateMs(world),
  }
}

/** Looks every so often while work goes on; the samples come with what it gives. */
export async function watchDuring<Result>(
  world: World,
  everyMs: number,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly samples: readonly Sample[] }> {
  const samples: Sample[] = []
  const pending: Promise<unknown>[] = []
  const timer = setInterval(() => pending.push(sample(world).then((one) => samples.push(one))), everyMs)
  try {
    return { result: await work(), samples }
  } finally {
    clearInterval(timer)
    await Promise.all(pending)
  }
}

async function loopLateMs({ operatorBase }: World): Promise<number> {
  const answer = await fetch(`${operatorBase}/metrics`)
  const seconds = /^farebox_event_loop_late_seconds\{process="gateway"\} (\S+)$/m.exec(await answer.text())?.[1]
  return Math.round(Number(seconds ?? 0) * 1000)
}

function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    // It has ended meanwhile.
    return 0
  }
}
