import type { Settlement } from '../ledger/index.ts'
import type { Clock, Log } from '../lib/index.ts'

const QUIET_MS = 60_000

/** The alarm over usage that cannot be true: the first is logged at once, those that follow within a minute together after it. */
export function suspectUsageAlarm({
  clock,
  log,
}: {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Log
}): (settlement: Settlement) => void {
  let items = 0
  let quietUntil = Number.NEGATIVE_INFINITY
  return ({ isSuspect }) => {
    if (isSuspect) items += 1
    if (items === 0 || clock.monotonic() < quietUntil) return
    log({ event: 'usage-suspect', items })
    items = 0
    quietUntil = clock.monotonic() + QUIET_MS
  }
}
