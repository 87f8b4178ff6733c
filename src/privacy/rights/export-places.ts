import { setTimeout as delay } from 'node:timers/promises'
import { fail } from '../../failures.ts'

/** Places for exports: each holds a connection to the database for as long as somebody reads it, and others need connections too. */
export type ExportPlaces = {
  /** Takes a place for an account, which has one at a time; what it resolves with gives it back. Fails with unavailable when none becomes free soon. */
  readonly take: (accountId: string) => Promise<() => void>
}

const AT_ONCE = 3
const LOOK_MS = 50
const LOOKS = 240
const AGAIN_SECONDS = 60

/** The places of a process. */
export function makeExportPlaces(): ExportPlaces {
  const taken = new Set<string>()
  return {
    take: async (accountId) => {
      for (let looks = 0; taken.has(accountId) || taken.size >= AT_ONCE; looks += 1) {
        if (looks === LOOKS) fail('unavailable', { seconds: AGAIN_SECONDS })
        await delay(LOOK_MS)
      }
      taken.add(accountId)
      return () => void taken.delete(accountId)
    },
  }
}
