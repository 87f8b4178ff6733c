import { createHmac } from 'node:crypto'
import type { Clock } from '../../lib/index.ts'

/** Where a prompt's beginning was answered last. */
export type Warm = { readonly routeSerial: number; readonly until: number }

/** Providers keep the state of a prompt for five to ten minutes after it was read. Sources: https://platform.claude.com/docs/en/build-with-claude/prompt-caching, https://platform.openai.com/docs/guides/prompt-caching (2026-11-26). */
const WARM_MS = 300_000
const ENTRIES_MAX = 20_000
/** Shorter prompts are cached nowhere: 1,024 tokens are the least. */
const PREFIX_BYTES = 4_096

/**
 * Which route has read the beginning of a prompt lately, so that its provider's cache is of use. What is kept of a prompt is 48 bits of
 * a hash under a key of this process, made with the account, so that no account can learn of another's; and that for five minutes.
 */
export class AffinityBook {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #secret: Buffer
  readonly #warm = new Map<number, Warm>()

  /** `secret`: 32 random bytes. */
  constructor(clock: Pick<Clock, 'monotonic'>, secret: Buffer) {
    this.#clock = clock
    this.#secret = secret
  }

  /** How many beginnings are remembered. */
  get size(): number {
    return this.#warm.size
  }

  /** The number that stands for the beginning of a body; undefined when it is too short to matter. */
  tagOf({ accountId, body }: { readonly accountId: string; readonly body: Buffer }): number | undefined {
    if (body.length < PREFIX_BYTES) return undefined
    const digest = createHmac('sha256', this.#secret).update(accountId).update(body.subarray(0, PREFIX_BYTES)).digest()
    return digest.readUIntBE(0, 6)
  }

  /** The serial of the route that is warm for a tag. */
  find(tag: number): number | undefined {
    const warm = this.#warm.get(tag)
    if (warm === undefined) return undefined
    if (warm.until > this.#clock.monotonic()) return warm.routeSerial
    this.#warm.delete(tag)
    return undefined
  }

  note(tag: number, routeSerial: number): void {
    this.#warm.delete(tag)
    if (this.#warm.size >= ENTRIES_MAX) this.#dropOldest()
    this.#warm.set(tag, { routeSerial, until: this.#clock.monotonic() + WARM_MS })
  }

  #dropOldest(): void {
    const oldest = this.#warm.keys().next()
    if (oldest.done !== true) this.#warm.delete(oldest.value)
  }
}
