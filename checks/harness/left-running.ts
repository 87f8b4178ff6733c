/** How what was started for checks is stopped, the last one last; servers of databases outlive the process that started them. */
const running = new Set<() => Promise<void>>()

/** Makes a stop that works once, and that `stopLeftRunning` calls where nobody has. */
export function stoppable(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const stopOnce = (): Promise<void> => {
    stopping ??= stop().finally(() => running.delete(stopOnce))
    return stopping
  }
  running.add(stopOnce)
  return stopOnce
}

/** Stops what a check that broke or was interrupted has left; what cannot be stopped keeps nothing else running. */
export async function stopLeftRunning(): Promise<void> {
  for (const stop of [...running].toReversed()) await stop().catch(() => undefined)
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** What work comes to, or `interrupted` when this process is told to end before; what the work has left running is stopped either way. */
export async function unlessInterrupted<T>(work: () => Promise<T>): Promise<T | 'interrupted'> {
  const told = Promise.withResolvers<'interrupted'>()
  // In a terminal it often comes twice: to all of its processes, and passed on by who started this one.
  const onSignal = (): void => told.resolve('interrupted')
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    return await Promise.race([told.promise, work()])
  } finally {
    await stopLeftRunning()
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}
