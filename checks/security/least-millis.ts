const TRIES = 3

/**
 * The least time of three that something took, in whole milliseconds, as whatever else the machine did took only more; it is not tried again once it took no
 * more than `enough`.
 */
export function leastMillis(run: () => void, enough = 0): number {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < TRIES && least > enough; turn += 1) {
    const began = performance.now()
    run()
    least = Math.min(least, Math.round(performance.now() - began))
  }
  return least
}
