import type { Clock } from '../lib/index.ts'
import { type JobOptions, openDayClosing, startJobs } from './jobs.ts'
import { type RunningJobs, together } from './repeat.ts'
import { openRetention } from './retaining.ts'

/** What all jobs work with; `machine` is this machine's own clock, which has to agree before anything is deleted. */
export type AllJobsOptions = JobOptions & { readonly machine: Clock; readonly onLate: (seconds: number) => void }

/** Deletes what became due while nothing ran, which has to be done before calls are served; `start` starts everything that runs beside them. */
export async function openJobs(options: AllJobsOptions): Promise<{ readonly start: () => RunningJobs }> {
  const closing = await openDayClosing(options)
  const retention = await openRetention({ ...options, clock: options.machine, close: closing.close })
  const start = (): RunningJobs => {
    const running = [startJobs(options, closing), retention.start()]
    return together(running)
  }
  return { start }
}
