import { fail } from '../failures.ts'

/** What a body may have without being counted: calls of text as they mostly are never wait for large ones. */
export const FREE_BYTES = 65_536
/** Bytes of bodies that one gateway has at a time, in as many of the largest as are allowed, but no less than this. */
const BYTES_MIN = 256 * 1_048_576
const BODIES_MIN = 8
const RETRY_S = 2

/** What one body may take of the budget. */
export class BodyShare {
  readonly #budget: BodyBudget
  readonly #accountId: string
  #seen = 0
  #counted = 0

  constructor(budget: BodyBudget, accountId: string) {
    this.#budget = budget
    this.#accountId = accountId
  }

  /** Counts bytes before they are kept. Fails with unavailable when there is no room for them. */
  take(bytes: number): void {
    this.#seen += bytes
    const more = this.#seen - FREE_BYTES - this.#counted
    if (more <= 0) return
    this.#budget.take(this.#accountId, more)
    this.#counted += more
  }

  /** Gives all of it back; again does nothing. */
  giveBack(): void {
    if (this.#counted > 0) this.#budget.giveBack(this.#accountId, this.#counted)
    this.#counted = 0
  }
}

/**
 * How many bytes of bodies a gateway keeps at a time, from their first byte to the end of their calls. No account gets more than half of it, so that
 * others have room whoever sends much; who has more to send is told to come again. The first 64 kB of each body are free.
 */
export class BodyBudget {
  readonly #bytesMax: number
  readonly #ofAccount = new Map<string, number>()
  #bytes = 0
  #refused = 0

  /** `bodyBytesMax`: the largest body of a call. */
  constructor(bodyBytesMax: number) {
    this.#bytesMax = Math.max(BYTES_MIN, BODIES_MIN * bodyBytesMax)
  }

  /** Bytes that are counted now. */
  get bytes(): number {
    return this.#bytes
  }

  /** Calls refused as there was no room for their bodies, since this process began. */
  get refused(): number {
    return this.#refused
  }

  /** The share of one body of an account, of which nothing has come. */
  open(accountId: string): BodyShare {
    return new BodyShare(this, accountId)
  }

  /** Counts bytes of an account. Fails with unavailable when there is no room for them. */
  take(accountId: string, bytes: number): void {
    const own = (this.#ofAccount.get(accountId) ?? 0) + bytes
    if (own > this.#bytesMax / 2 || this.#bytes + bytes > this.#bytesMax) {
      this.#refused += 1
      fail('unavailable', { seconds: RETRY_S })
    }
    this.#ofAccount.set(accountId, own)
    this.#bytes += bytes
  }

  /** Gives back bytes of an account that were counted. */
  giveBack(accountId: string, bytes: number): void {
    this.#bytes -= bytes
    const left = (this.#ofAccount.get(accountId) ?? 0) - bytes
    if (left > 0) this.#ofAccount.set(accountId, left)
    else this.#ofAccount.delete(accountId)
  }
}
