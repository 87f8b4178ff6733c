import { setTimeout as sleep } from 'node:timers/promises'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const AFTER_MS = 50
/** What a few calls take, on a slow machine too. */
const SOON_MS = 5_000

/** Limits count by minutes of the clock: waits until so much of one is left, in milliseconds, and returns which minute since 1970 it is. */
export async function minuteWithRoom(millis = SOON_MS): Promise<number> {
  await untilRoom(MINUTE_MS, millis)
  return minuteNow()
}

/** Caps and what is told of today count by days of UTC, and months begin with one: waits until so much of the day is left, in milliseconds. */
export const dayWithRoom = (millis: number): Promise<void> => untilRoom(DAY_MS, millis)

async function untilRoom(span: number, millis: number): Promise<void> {
  const left = span - (Date.now() % span)
  if (left < millis) await sleep(left + AFTER_MS)
}

/** The minute since 1970. */
export const minuteNow = (): number => Math.floor(Date.now() / MINUTE_MS)
