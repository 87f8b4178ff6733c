import type { HeaderFields } from './header-lines.ts'

/** The longest wait, in seconds, that a client may sit out of its own accord. */
const WAIT_S_MAX = 60

/** What is told of a failure: its status, whether another try can help, and in how many seconds. */
type Told = { readonly status: number; readonly retryable: boolean; readonly retryAfterSeconds?: number | undefined }

/**
 * Headers that tell when another try helps. SDKs of OpenAI and Anthropic try again by themselves after 409, 429 and 5xx, and Anthropic's
 * wait as long as Retry-After says, be it days, without a word; so they are told not to where no try helps soon. Source: `shouldRetry` and
 * `retryRequest` of @anthropic-ai/sdk 1.12.0 and openai 7.59.0 (2026-11-29).
 */
export function retryHeaders({ status, retryable, retryAfterSeconds }: Told): HeaderFields {
  const after = retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]
  const soonest = retryAfterSeconds ?? (status === 429 ? Number.POSITIVE_INFINITY : 0)
  const helpsSoon = retryable && soonest <= WAIT_S_MAX
  return helpsSoon || (status < 500 && status !== 409 && status !== 429) ? after : [...after, 'x-should-retry', 'false']
}
