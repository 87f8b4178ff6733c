import type { Database } from '../db/index.ts'
import { freezeAccount, listFrozen, type SliceBook } from '../ledger/index.ts'
import { errorCode, type Log } from '../lib/index.ts'

/** What freezes accounts: the books, and the holds of this node that must not be granted any more. */
export type AccountFreezerOptions = {
  readonly database: Database
  readonly slices: Pick<SliceBook, 'freeze' | 'thaw'>
  readonly log: Log
  /** How long to wait before what failed is tried again, in milliseconds (500 when left out). */
  readonly retryMs?: number
}

const RETRY_MS = 500

/**
 * Keeps accounts whose books broke a promise from being served, here at once and on every node as soon as it is written, until somebody
 * thaws them.
 */
export class AccountFreezer {
  readonly #options: AccountFreezerOptions
  readonly #frozen = new Set<string>()
  readonly #writing = new Set<string>()

  constructor(options: AccountFreezerOptions) {
    this.#options = options
  }

  /** Accounts that are frozen, as far as this node has heard. */
  get count(): number {
    return this.#frozen.size
  }

  /** Freezes an account and raises the alarm; written however long the database is away. */
  freeze(accountId: string, reason: string): void {
    this.#note(accountId)
    if (this.#writing.has(accountId)) return
    this.#options.log({ event: 'account-frozen', account: accountId, code: reason })
    this.#writing.add(accountId)
    void this.#write(accountId, reason)
  }

  /** Learns what is frozen now; to be called at the start, and when something may have been missed. */
  async load(): Promise<void> {
    const frozen = new Set((await listFrozen(this.#options.database)).map(({ accountId }) => accountId))
    for (const accountId of this.#frozen) if (!frozen.has(accountId) && !this.#writing.has(accountId)) this.hearThawed(accountId)
    for (const accountId of frozen) this.#note(accountId)
  }

  /** Some node froze an account. */
  hearFrozen(accountId: string): void {
    this.#note(accountId)
  }

  /** Somebody thawed an account. */
  hearThawed(accountId: string): void {
    this.#frozen.delete(accountId)
    this.#options.slices.thaw(accountId)
  }

  #note(accountId: string): void {
    this.#frozen.add(accountId)
    this.#options.slices.freeze(accountId)
  }

  async #write(accountId: string, reason: string): Promise<void> {
    const { database, log, retryMs = RETRY_MS } = this.#options
    for (;;) {
      try {
        await freezeAccount(database, accountId, reason)
        break
      } catch (thrown) {
        log({ event: 'freeze-unwritten', account: accountId, code: errorCode(thrown) })
        // An account without books cannot be written down; it stays frozen here.
        if (errorCode(thrown) === '23503') break
        await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
      }
    }
    this.#writing.delete(accountId)
  }
}
