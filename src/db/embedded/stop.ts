import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../lib/index.ts'
import { EmbeddedPostgresError } from './refusals.ts'
import { isServer, readPostmaster } from './server-process.ts'

const FAST_MS_MAX = 60_000
const IMMEDIATE_MS_MAX = 10_000

/**
 * Ends the server of a cluster: open transactions are rolled back, all is written, nothing needs recovery. After a minute it is cut
 * off, which it recovers from at the next start. Does nothing when none runs.
 */
export async function stopServer(cluster: string): Promise<void> {
  const pid = readPostmaster(cluster)?.pid
  if (pid === undefined || !isServer(pid, cluster)) return
  signal(pid, 'SIGINT')
  if (await hasEnded(pid, cluster, FAST_MS_MAX)) return
  signal(pid, 'SIGQUIT')
  if (await hasEnded(pid, cluster, IMMEDIATE_MS_MAX)) return
  throw new EmbeddedPostgresError('stop_timeout', `process ${pid} does not end`)
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name)
  } catch (thrown) {
    const hasEndedMeanwhile = thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH'
    if (!hasEndedMeanwhile) throw thrown
  }
}

async function hasEnded(pid: number, cluster: string, withinMs: number): Promise<boolean> {
  const deadline = systemClock.monotonic() + withinMs
  while (isServer(pid, cluster)) {
    if (systemClock.monotonic() > deadline) return false
    await delay(5)
  }
  return true
}
