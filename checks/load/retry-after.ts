import type { CheckContext } from '../harness/index.ts'
import type { Tried } from './limit-lanes.ts'

const MINUTE_MS = 60_000
/** Clocks of nodes are behind that of Valkey by as long as its answers took to come. */
const BEHIND_MS = 1_000

/** Seconds that a refusal told to wait; NaN where it told none, or not in whole seconds. */
const secondsOf = ({ answer }: Tried): number =>
  /^\d+$/.test(String(answer.headers['retry-after'])) ? Number(answer.headers['retry-after']) : Number.NaN

/** Every 429 tells when to come again: of a minute at its end, not before it and not a second longer than needed; of places soon. */
export function expectRetryAfter(context: CheckContext, tried: readonly Tried[]): void {
  const refused = tried.filter(({ answer }) => answer.status === 429)
  const untold = refused.filter((one) => Number.isNaN(secondsOf(one)))
  context.expect(untold.length === 0, `${untold.length} of ${refused.length} answers 429 have no Retry-After in whole seconds`)
  const windowed = refused.filter((one) => one.code !== 'concurrency_limited' && !Number.isNaN(secondsOf(one)))
  const early = windowed.filter((one) => one.endedAt + secondsOf(one) * 1_000 < endOfMinute(one.sentAt))
  context.expect(early.length === 0, `${early.length} answers 429 told to come before the minute ends, such as after ${tell(early[0])}`)
  const late = windowed.filter((one) => one.sentAt + (secondsOf(one) - 1) * 1_000 > endOfMinute(one.endedAt) + BEHIND_MS)
  context.expect(late.length === 0, `${late.length} answers 429 told to come later than the minute ends, such as after ${tell(late[0])}`)
}

/** The first of the times, in milliseconds since 1970, at which a refusal of a minute told to come again; undefined where none was refused for that. */
export function firstRetry(tried: readonly Tried[]): number | undefined {
  const times = tried
    .filter(({ code }) => code === 'requests_limited' || code === 'tokens_limited')
    .map((one) => one.endedAt + secondsOf(one) * 1_000)
  return times.length === 0 ? undefined : Math.min(...times)
}

const endOfMinute = (at: number): number => at - (at % MINUTE_MS) + MINUTE_MS

const tell = (one: Tried | undefined): string =>
  one === undefined ? '' : `${secondsOf(one)} s at ${((one.endedAt % MINUTE_MS) / 1_000).toFixed(3)} s of the minute`
