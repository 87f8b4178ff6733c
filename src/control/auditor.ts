import type { Database } from '../db/index.ts'
import { auditAccounts, auditHouse, listAccountsAfter } from '../ledger/index.ts'
import { type Clock, isoDate, type Log, utcDayOf } from '../lib/index.ts'
import type { AccountFreezer } from './account-freezer.ts'

/** What the books are audited with; `database` has the role farebox_ledger. */
export type AuditorOptions = {
  readonly database: Database
  readonly freezer: Pick<AccountFreezer, 'freeze'>
  readonly clock: Clock
  readonly log: Log
  /** Accounts that are recomputed in one statement (200 when left out). */
  readonly pageSize?: number
}

/** Accounts of one audit, so that it takes seconds however many there are; the next goes on where it ended. */
const PAGES_MAX = 10
const BUDGET_MS = 5_000
const HOUSE_DAYS = 7

/**
 * Recomputes the books of some accounts at a time, round and round, and freezes those that do not agree. `isOk` says whether the last look
 * at everything found nothing.
 */
export class Auditor {
  readonly #options: AuditorOptions
  #after: string | undefined
  #broken = new Set<string>()
  #isHouseOk = true
  #roundAt: number | undefined

  constructor(options: AuditorOptions) {
    this.#options = options
  }

  get isOk(): boolean {
    return this.#broken.size === 0 && this.#isHouseOk
  }

  /** When every account had been looked at last, in milliseconds; undefined before the first time. */
  get roundAt(): number | undefined {
    return this.#roundAt
  }

  /** Audits the next accounts and the house's side of the last days. */
  async run(): Promise<void> {
    const { clock } = this.#options
    const until = clock.monotonic() + BUDGET_MS
    for (let page = 0; page < PAGES_MAX && clock.monotonic() <= until; page += 1) {
      if (!(await this.#auditPage())) {
        this.#roundAt = clock.now()
        break
      }
    }
    await this.#auditHouse()
  }

  /** False at the end of the round. */
  async #auditPage(): Promise<boolean> {
    const { database, freezer, pageSize = 200 } = this.#options
    const accountIds = await listAccountsAfter(database, this.#after, pageSize)
    this.#after = accountIds.length < pageSize ? undefined : accountIds.at(-1)
    const broken = accountIds.length === 0 ? [] : await auditAccounts(database, accountIds)
    for (const accountId of accountIds) this.#broken.delete(accountId)
    for (const { accountId, reason } of broken) {
      this.#broken.add(accountId)
      freezer.freeze(accountId, reason)
    }
    return this.#after !== undefined
  }

  async #auditHouse(): Promise<void> {
    const { database, clock, log } = this.#options
    const audited = await auditHouse(database, isoDate(utcDayOf(clock.now()) - HOUSE_DAYS))
    const broken = audited.filter((row) => row.broken > 0n)
    for (const { name } of broken) log({ event: 'house-books-broken', code: name })
    this.#isHouseOk = broken.length === 0
  }
}
