import type { Registry } from 'prom-client'
import type { Settlement } from '../ledger/index.ts'
import { PlainHistogram } from './plain-histogram.ts'
import type { RouteNames } from './route-names.ts'

/** From an answer out of a cache to a long stream, in seconds. */
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

/** Times settled calls by the upstream that answered them. */
export function timeCalls(registers: Registry[], names: RouteNames): (settlement: Settlement) => void {
  const histogram = (name: string, help: string): PlainHistogram =>
    new PlainHistogram({ name, help, label: 'upstream', bounds: CALL_BUCKETS, registers })
  const whole = histogram('farebox_call_seconds', 'From the first byte of a call to the last of its answer, by upstream.')
  const first = histogram('farebox_first_byte_seconds', 'From the first byte of a call to the first of its answer, by upstream.')
  return ({ routeSerial, latencyMs, firstByteMs }) => {
    const upstream = names.of(routeSerial)?.upstream
    if (upstream === undefined) return
    whole.add(upstream, latencyMs / 1_000)
    if (firstByteMs !== undefined) first.add(upstream, firstByteMs / 1_000)
  }
}
