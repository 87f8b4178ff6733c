import type { TimeBlock } from '../spec/index.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/**
 * Milliseconds until a block of the day opens; 0 while it is open: from its first millisecond until just before its last minute ends. `now` is
 * the time of day in milliseconds since 1970 by the clock of the database.
 */
export function millisToOpen({ fromMinute, toMinute }: Omit<TimeBlock, 'name'>, now: number): number {
  const at = now - Math.floor(now / DAY_MS) * DAY_MS
  const [from, to] = [fromMinute * MINUTE_MS, toMinute * MINUTE_MS]
  const isOpen = from < to ? at >= from && at < to : at >= from || at < to
  return isOpen ? 0 : at < from ? from - at : DAY_MS - at + from
}
