import { NONE_U32 } from '../channel/index.ts'
import type { LoopWatch } from '../lib/index.ts'
import type { FastPath } from './fast-path/index.ts'
import type { Gateway } from './gateway.ts'

/** Tells control how this process does: memory, how late its event loop was since the last time, processor time, what it refused as there was too much, and what its fast path handed over. */
export function vitalsTeller(
  { control, admission, bodies }: Pick<Gateway, 'control' | 'admission' | 'bodies'>,
  { fastPath, loop }: { readonly fastPath: Pick<FastPath, 'handedOver'>; readonly loop: LoopWatch },
): () => void {
  return () => {
    const { user, system } = process.cpuUsage()
    control.vitals({
      residentKib: bounded(process.memoryUsage.rss() / 1_024),
      loopDelayMicros: bounded(loop.take()),
      cpuMillis: Math.round((user + system) / 1_000),
      refused: bounded(admission.refused + bodies.refused),
      handedOver: bounded(fastPath.handedOver),
    })
  }
}

const bounded = (value: number): number => Math.min(Math.round(value), NONE_U32 - 1)
