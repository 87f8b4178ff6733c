import { monitorEventLoopDelay } from 'node:perf_hooks'
import { NONE_U32 } from '../channel/index.ts'
import type { FastPath } from './fast-path/index.ts'
import type { Gateway } from './gateway.ts'

/** How closely the event loop is watched, in milliseconds. */
const RESOLUTION_MS = 10

/** Tells control how this process does: memory, how late its event loop was since the last time, processor time, what it refused as there was too much, and what its fast path handed over. */
export function vitalsTeller(
  { control, admission, bodies }: Pick<Gateway, 'control' | 'admission' | 'bodies'>,
  fastPath: Pick<FastPath, 'handedOver'>,
): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  return () => {
    const { user, system } = process.cpuUsage()
    // The histogram tells how long a tick took, the resolution included.
    const lateMicros = Math.max(0, delay.percentile(99) / 1_000 - RESOLUTION_MS * 1_000)
    control.vitals({
      residentKib: bounded(process.memoryUsage.rss() / 1_024),
      loopDelayMicros: bounded(lateMicros),
      cpuMillis: Math.round((user + system) / 1_000),
      refused: bounded(admission.refused + bodies.refused),
      handedOver: bounded(fastPath.handedOver),
    })
    delay.reset()
  }
}

const bounded = (value: number): number => Math.min(Math.round(value), NONE_U32 - 1)
