import { setTimeout as sleep } from 'node:timers/promises'

const MINUTE_MS = 60_000
const AFTER_MS = 50
/** What a few calls take, on a slow machine too. */
const SOON_MS = 5_000

/** Limits count by minutes of the clock: waits until so much of one is left, in milliseconds, and returns which minute since 1970 it is. */
export async function minuteWithRoom(millis = SOON_MS): Promise<number> {
  const left = MINUTE_MS - (Date.now() % MINUTE_MS)
  if (left < millis) await sleep(left + AFTER_MS)
  return minuteNow()
}

/** The minute since 1970. */
export const minuteNow = (): number => Math.floor(Date.now() / MINUTE_MS)
