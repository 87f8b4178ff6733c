import type { LimitState } from '../protocol.ts'

/** Rate headers; resets are durations such as "120ms" or "12s". Source: https://platform.openai.com/docs/guides/rate-limits (2026-11). */
export const limitHeaders = ({ requests, tokens }: LimitState): string => linesOf(REQUESTS, requests) + linesOf(TOKENS, tokens)

type Names = { readonly limit: string; readonly remaining: string; readonly reset: string }

/** What stands before each figure: with the end of the line before it, so that a head has few parts. */
const namesOf = (kind: keyof LimitState): Names => ({
  limit: `x-ratelimit-limit-${kind}: `,
  remaining: `\r\nx-ratelimit-remaining-${kind}: `,
  reset: `\r\nx-ratelimit-reset-${kind}: `,
})
const REQUESTS = namesOf('requests')
const TOKENS = namesOf('tokens')

const linesOf = (names: Names, state: LimitState[keyof LimitState]): string =>
  state === undefined ? '' : `${names.limit}${state.limit}${names.remaining}${state.remaining}${names.reset}${duration(state.resetMs)}\r\n`

/** Go's notation, which the original uses: "6m0s", "7.66s", "120ms". */
function duration(millis: number): string {
  const whole = Math.max(0, Math.ceil(millis))
  if (whole < 1_000) return `${whole}ms`
  const minutes = Math.floor(whole / 60_000)
  const seconds = `${(whole % 60_000) / 1_000}s`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}
