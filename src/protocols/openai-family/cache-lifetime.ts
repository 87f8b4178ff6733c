import { fail } from '../../failures.ts'
import type { JsonScanner } from '../json-scanner.ts'
import { failUnpriced } from '../request-fields.ts'

/** The field of a request that says how long its prompt is kept in the cache. */
export const LIFETIME_FIELD = 'prompt_cache_options'

/** Keys that a reader of lifetimes has to be told of, in this order. */
export const LIFETIME_MARKS = ['prompt_cache_breakpoint', 'ttl', 'comparison_response_id'] as const

const USUAL = '30m'

/**
 * Reads how long a prompt is to be kept in the cache: by the request, and by each end of a prefix that it marks. A write for longer than the
 * usual lifetime costs twice as much, and prices here know one lifetime of this cache. And whether it is to be compared with an answer that
 * was kept. Sources: openai 7.59.0 (PromptCacheOptions, also of beta, PromptCacheBreakpoint), https://developers.openai.com/api/docs/models/gpt-6.2-sol (2026-11-29).
 */
export class LifetimeTeller {
  readonly #body: Buffer
  readonly #optionsField: number
  #breakpointAt = -1
  #refused: string | undefined
  #isCompared = false

  constructor(body: Buffer, optionsField: number) {
    this.#body = body
    this.#optionsField = optionsField
  }

  /** Told of each key among `LIFETIME_MARKS`, by its place there. */
  note(scanner: JsonScanner, nth: number, [start, end]: readonly [number, number]): void {
    if (nth === 0) {
      this.#breakpointAt = start
      return
    }
    const isOption = scanner.field === this.#optionsField
    if (nth === 2) {
      this.#isCompared ||= isOption
      return
    }
    if (!isOption && scanner.openedAt !== this.#breakpointAt) return
    const isUsual = this.#body.toString('latin1', start, end) === `"${USUAL}"`
    if (!isUsual) this.#refused ??= `${isOption ? LIFETIME_FIELD : LIFETIME_MARKS[0]}.ttl`
  }

  /** Fails with invalid_field where one is longer than the usual, with nothing_stored where an answer was to be compared with. */
  refuse(): void {
    if (this.#isCompared) fail('nothing_stored', { field: `${LIFETIME_FIELD}.comparison_response_id` })
    if (this.#refused !== undefined) failUnpriced(this.#refused, [USUAL])
  }
}
