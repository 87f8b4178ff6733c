/** Jobs that run until they are stopped. */
export type RunningJobs = { readonly stop: () => Promise<void> }

/** How often a job is run, and who hears when it failed. */
export type Repeated = { readonly waitMs: number; readonly onFailed: (thrown: unknown) => void }

/** Runs a job, waits, and runs it again; never two at once. Stopping waits for the one that runs. */
export function repeat(job: () => Promise<void>, { waitMs, onFailed }: Repeated): RunningJobs {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const run = async (): Promise<void> => {
    await job().catch(onFailed)
    if (!isStopped) timer = setTimeout(start, waitMs)
  }
  let running = run()
  function start(): void {
    running = run()
  }
  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
