import { type Clock, errorCode, systemClock } from '../lib/index.ts'
import type { JobReport } from '../spec/index.ts'

/** Jobs that run until they are stopped; `reports` tells how those with a name do. */
export type RunningJobs = { readonly stop: () => Promise<void>; readonly reports?: () => readonly JobReport[] }

/** How often a job is run, what it is called where operators look, and who hears when it failed. */
export type Repeated = {
  readonly waitMs: number
  readonly onFailed: (thrown: unknown) => void
  /** Folder and verb, such as policy.keep; a job without a name is told nowhere. */
  readonly name?: string
  readonly clock?: Pick<Clock, 'now'>
}

/** Runs a job, waits, and runs it again; never two at once. Stopping waits for the one that runs. */
export function repeat(job: () => Promise<void>, { waitMs, onFailed, name, clock = systemClock }: Repeated): RunningJobs {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let seen: Omit<JobReport, 'name' | 'everyMs'> = { ...NEVER, runningSince: clock.now() }
  const run = async (): Promise<void> => {
    const failure = await job().then(
      () => undefined,
      (thrown: unknown) => {
        onFailed(thrown)
        return { failedAt: clock.now(), errorCode: errorCode(thrown) }
      },
    )
    const endedAt = clock.now()
    seen = {
      ...seen,
      runningSince: undefined,
      endedAt,
      nextAt: isStopped ? undefined : endedAt + waitMs,
      isFailing: failure !== undefined,
      ...failure,
    }
    if (!isStopped) timer = setTimeout(start, waitMs)
  }
  let running = run()
  function start(): void {
    seen = { ...seen, runningSince: clock.now(), nextAt: undefined }
    running = run()
  }
  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await running
    },
    reports: () => (name === undefined ? [] : [{ name, everyMs: waitMs, ...seen }]),
  }
}

const NEVER = { endedAt: undefined, nextAt: undefined, failedAt: undefined, errorCode: undefined, isFailing: false } as const

/** Several as one. */
export const together = (jobs: readonly RunningJobs[]): RunningJobs => ({
  stop: async () => void (await Promise.all(jobs.map((job) => job.stop()))),
  reports: () => jobs.flatMap((job) => job.reports?.() ?? []),
})
