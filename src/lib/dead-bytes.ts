/** How often to look, in milliseconds. */
export const DEAD_BYTES_LOOK_MS = 20
/** What may lie about; to look through young objects costs a millisecond or two. */
const DEAD_BYTES_MAX = 16 * 1_048_576

/**
 * Has V8 look for bytes that nobody reads any more, once there are some megabytes more than at their least; to be called every DEAD_BYTES_LOOK_MS. By
 * itself it lets 64 MB of what has passed through lie, whoever sent it. Does nothing in a process that may not ask for that (`--expose-gc`).
 */
export function deadBytesCollector(): () => void {
  const collect = globalThis.gc
  if (collect === undefined) return () => undefined
  let least = process.memoryUsage().external
  return () => {
    const bytes = process.memoryUsage().external
    least = Math.min(least, bytes)
    if (bytes - least <= DEAD_BYTES_MAX) return
    collect({ type: 'minor' })
    // What still lives is not looked for again until there is as much more.
    least = process.memoryUsage().external
  }
}
