import { type Database, isDatabaseError } from '../db/index.ts'
import { type Clock, errorCode, type Log, type NanoUsd, utcDayOf } from '../lib/index.ts'
import {
  accountReleasesOf,
  accountsOf,
  accountTakesOf,
  type Batch,
  type Committed,
  freshOf,
  NOTHING,
  type PendingSettlement,
  type PendingTake,
  spendingOf,
  type Unwritten,
} from './commit-batch.ts'
import { isDayEnded, isRefusal, isUndone } from './commit-refusals.ts'
import { Gathering } from './gathering.ts'
import type { OpenCallRow, Settlement, SettlementResult } from './settlement.ts'
import { isSpendRef } from './spend-ref.ts'
import { writeSpending } from './spend-statements.ts'
import {
  ensurePartition,
  type Fresh,
  NODE_FENCED,
  noteCommit,
  type Release,
  readFirstOpenDay,
  readLastCommit,
  releaseSlices,
  type Take,
  type Taken,
  takeSlices,
  writeOpenCalls,
  writeSettlements,
} from './statements.ts'

/** What the writer works with; `database` has the role farebox_ledger. */
export type GroupCommitOptions = {
  readonly database: Database
  readonly nodeId: string
  /** The number of this node's last commit, from the database. */
  readonly lastCommit: bigint
  /** The epoch that this process registered with (0 when left out, for a node that never does). */
  readonly epoch?: bigint
  /** Whether this process may still rely on what it knows of its slices (always when left out). */
  readonly hasLease?: () => boolean
  /** Told once when another process has taken this one's place: nothing is written here any more. */
  readonly onFenced?: () => void
  /** Told of the calls that a commit has put in the books, of one commit after the other. Never throws. */
  readonly onCommitted?: (committed: Committed) => void
  /** Told of an account for which the database refuses what has to be written. */
  readonly onRefused?: (accountId: string, reason: 'settlement_refused' | 'release_refused') => void
  readonly clock: Clock
  readonly log: Log
  /** How long to wait before what failed is tried again, in milliseconds (200 when left out). */
  readonly retryMs?: number
  /** How long few settlements are gathered while nobody waits for money, in milliseconds (200 when left out). */
  readonly gatherMs?: number
}

const BATCH_MAX = 1_000
/** So many settlements are written without waiting for more. */
const BATCH_FULL = 500
const SLOW_MS = 800
const RETRY_MS = 200
const READER_PATIENCE_MS = 1_000
/** How far from today a call's day may lie for its partition to be made. */
const PARTITION_DAYS = 100

/**
 * The one writer of a node: gathers what is asked and writes it together. Whoever asks for money waits for nothing but the commit that
 * runs; settlements and releases, for which nobody waits, let others come along for a moment, as a commit costs far more than a row.
 * They are kept until they are written, however long the database is away; takes are refused then.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  #takes: PendingTake[] = []
  #settlements: PendingSettlement[] = []
  #releases = new Map<string, NanoUsd>()
  #openCalls = new Map<string, OpenCallRow>()
  /** Who waits until what was settled is written. */
  #readers: (() => void)[] = []
  #running: Promise<void> | undefined
  readonly #gathering: Gathering
  #isDraining = false
  #isAwaited = false
  #batchSince: number | undefined
  #isFailing = false
  #isFenced = false
  #nextCommit: bigint
  /** No day before this one takes calls any more, whatever the clock says, as one that was ahead can have ended a day early; undefined until asked. */
  #firstOpenDay: number | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#gathering = new Gathering(options, () => this.#start())
    this.#nextCommit = options.lastCommit + 1n
  }

  /** Whether the database takes writes, at once. */
  get isHealthy(): boolean {
    if (this.#isFenced || this.#options.hasLease?.() === false) return false
    return !this.#isFailing && (this.#batchSince === undefined || this.#options.clock.monotonic() - this.#batchSince < SLOW_MS)
  }

  /** Settlements that are not yet in the books. */
  get backlog(): number {
    return this.#settlements.length
  }

  /** Takes money into this node's slice; 0 when the account has less than `need`, undefined when the database cannot be asked. */
  take(take: Take): Promise<NanoUsd | undefined> {
    if (this.#isFenced) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#takes.push({ take, resolve })
      this.#start()
    })
  }

  settle(settlement: Settlement): Promise<SettlementResult> {
    return new Promise((resolve) => this.settleThen(settlement, resolve))
  }

  /** Settles a call; what is told when it is in the books never throws. */
  settleThen(settlement: Settlement, resolve: PendingSettlement['resolve']): void {
    // To look up a text that was just made it has to be hashed, and few calls are written down while they are open.
    if (this.#openCalls.size > 0) this.#openCalls.delete(settlement.requestId)
    this.#settlements.push({ settlement, resolve })
    this.#startSoon()
  }

  /** Gives money back to its account; at once when another node waits for it. */
  release({ accountId, amount }: Release, { isAwaited }: { readonly isAwaited: boolean } = { isAwaited: false }): void {
    this.#releases.set(accountId, (this.#releases.get(accountId) ?? 0n) + amount)
    this.#isAwaited ||= isAwaited
    this.#startSoon()
  }

  /** Writes an open call's progress with the next commit; a later one of the same call replaces it. */
  note(row: OpenCallRow): void {
    this.#openCalls.set(row.requestId, row)
    this.#startSoon()
  }

  /** Resolves when what was settled before is in the books, so that whoever reads them then sees it; or soon, where they take no writes. */
  async written(): Promise<void> {
    if (this.#isFailing || this.#isFenced || (this.#settlements.length === 0 && this.#running === undefined)) return
    await new Promise<void>((resolve) => {
      this.#readers.push(resolve)
      this.#startSoon()
      setTimeout(resolve, READER_PATIENCE_MS).unref()
    })
  }

  /** Writes all that was asked, and resolves when it is written. */
  async drain(): Promise<void> {
    this.#isDraining = true
    while (this.#running !== undefined || this.#hasWork()) {
      this.#start()
      await this.#running
    }
    this.#isDraining = false
  }

  #start(): void {
    this.#gathering.end()
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#hasWork()) this.#startSoon()
    })
  }

  /** Starts at once when there is something to hurry for, else lets more come. */
  #startSoon(): void {
    if (this.#running !== undefined) return
    if (this.#isUrgent()) this.#start()
    else this.#gathering.gather(this.#settlements.length)
  }

  #isUrgent(): boolean {
    return this.#takes.length + this.#readers.length > 0 || this.#isAwaited || this.#settlements.length >= BATCH_FULL || this.#isDraining
  }

  #hasWork(): boolean {
    return (
      !this.#isFenced &&
      this.#takes.length + this.#readers.length + this.#settlements.length + this.#releases.size + this.#openCalls.size > 0
    )
  }

  async #run(): Promise<void> {
    // Whatever else arrives in this turn of the event loop shares the commit.
    await new Promise((resolve) => setImmediate(resolve))
    do {
      this.#batchSince = this.#options.clock.monotonic()
      const isWritten = await this.#writeBatch()
      this.#batchSince = undefined
      if (!isWritten && this.#hasWork()) await this.#pause()
    } while (this.#isFailing ? this.#hasWork() : this.#isUrgent() && this.#hasWork())
    // Nobody asks a failing writer for anything, so it finds out by itself, with an empty commit, that the database is back.
    if (this.#isFailing && !this.#isFenced) setTimeout(() => this.#start(), this.#options.retryMs ?? RETRY_MS).unref()
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, this.#options.retryMs ?? RETRY_MS)
    })
  }

  /** One commit: settlements first, then what is given back, then what is asked for. False when the database failed. */
  async #writeBatch(): Promise<boolean> {
    const settlements = this.#settlements.splice(0, BATCH_MAX)
    const releases = this.#releases
    const openCalls = [...this.#openCalls.values()]
    const takes = this.#takes.splice(0)
    const readers = this.#readers.splice(0)
    this.#releases = new Map()
    this.#openCalls = new Map()
    this.#isAwaited = false
    try {
      await this.#write({ settlements, releases, openCalls, takes })
      return true
    } catch (thrown) {
      // What is refused says nothing of the database, which took it, looked at it and goes on.
      const isRefused = isRefusal(thrown)
      this.#isFailing ||= !isRefused
      if (isDatabaseError(thrown, NODE_FENCED)) this.#fence()
      this.#options.log({ event: 'commit-failed', code: errorCode(thrown), settlements: settlements.length })
      if (!isRefused) for (const { resolve } of takes) resolve(undefined)
      await this.#restore({ settlements, releases, openCalls, isRefused })
      if (isRefused) await this.#takeAlone(takes)
      return isRefused
    } finally {
      for (const answer of readers) answer()
    }
  }

  /** Writes a batch; one that is refused as its day has ended is written to the first day that is open, and one that met another's locks again. */
  async #write(batch: Batch): Promise<void> {
    this.#firstOpenDay ??= await readFirstOpenDay(this.#options.database)
    try {
      await this.#commit(batch)
    } catch (thrown) {
      if (!isDayEnded(thrown) && !isUndone(thrown)) throw thrown
      this.#firstOpenDay = await readFirstOpenDay(this.#options.database)
      await this.#commit(batch)
    }
  }

  /** Writes a batch in one transaction. When its commit fails, the node's commit number tells what became of it. */
  async #commit(batch: Batch): Promise<void> {
    const { database, nodeId, epoch = 0n } = this.#options
    const number = this.#nextCommit
    this.#nextCommit += 1n
    let written: Written | undefined
    try {
      await database.transaction(async (tx) => {
        const commit = await noteCommit(tx, nodeId, { number, epoch, accountIds: accountsOf(batch) })
        written = await this.#writeOn(tx, batch, commit)
      })
    } catch (thrown) {
      if (written === undefined || !(await this.#hasCommitted(number))) throw thrown
    }
    this.#isFailing = false
    if (written === undefined) return
    const { fresh, answers } = written
    if (written.committed.settlements?.length !== 0) this.#options.onCommitted?.(written.committed)
    for (const { settlement, resolve } of batch.settlements) resolve(fresh.has(settlement.requestId) ? NEW : KNOWN, settlement)
    for (const answer of answers) answer()
  }

  /** Another process has this one's place. What is not written stays with those who asked for it, who tell it to that process. */
  #fence(): void {
    this.#isFenced = true
    for (const { resolve } of this.#takes.splice(0)) resolve(undefined)
    this.#options.onFenced?.()
  }

  /** Whether a commit happened whose answer was lost; asks until the database says so. */
  async #hasCommitted(number: bigint): Promise<boolean> {
    const { database, nodeId, epoch = 0n } = this.#options
    this.#isFailing = true
    for (;;) {
      try {
        return (await readLastCommit(database, nodeId, epoch)) >= number
      } catch (thrown) {
        if (isDatabaseError(thrown, NODE_FENCED)) throw thrown
        this.#options.log({ event: 'commit-unknown', code: errorCode(thrown) })
        await this.#pause()
      }
    }
  }

  async #writeOn(database: Database, batch: Batch, commit: bigint): Promise<Written> {
    const { settlements, openCalls, takes } = batch
    const { nodeId, clock } = this.#options
    const answers: (() => void)[] = []
    const rows = settlements.map(({ settlement }) => settlement)
    const postedDay = Math.max(utcDayOf(clock.now()), this.#firstOpenDay ?? 0)
    const fresh = rows.length === 0 ? NONE_FRESH : await writeSettlements(database, nodeId, { settlements: rows, postedDay, commit })
    const released = accountReleasesOf(batch)
    if (released.length > 0) await releaseSlices(database, nodeId, released)
    if (openCalls.length > 0) await writeOpenCalls(database, nodeId, openCalls)
    const asked = accountTakesOf(batch)
    const taken = asked.length === 0 ? NONE_TAKEN : await takeSlices(database, nodeId, asked)
    const granted = await writeSpending(database, nodeId, spendingOf(batch, fresh))
    for (const { take, resolve } of takes) answers.push(() => resolve(taken.get(take.accountId) ?? granted.get(take.accountId) ?? 0n))
    return { fresh, answers, committed: { commit, postedDay, settlements: freshOf(rows, fresh) } }
  }

  /** Puts back what was not written. A batch that the database refuses for good is written piece by piece, to find what it refuses. */
  async #restore({ settlements, releases, openCalls, isRefused }: Unwritten): Promise<void> {
    if (isRefused) {
      for (const pending of settlements) await this.#settleAlone(pending)
      for (const [accountId, amount] of releases) await this.#releaseAlone({ accountId, amount })
      await this.#noteAlone(openCalls)
      return
    }
    this.#settlements.unshift(...settlements)
    for (const release of releases) this.#restoreRelease(release)
    this.#restoreNotes(openCalls)
  }

  /** Progress that is refused is not tried again before there is more of it. */
  async #noteAlone(openCalls: readonly OpenCallRow[]): Promise<void> {
    try {
      if (openCalls.length > 0) await this.#write({ ...NOTHING, openCalls })
    } catch (thrown) {
      this.#options.log({ event: 'progress-unwritten', code: errorCode(thrown) })
      if (isRefusal(thrown)) return
      this.#isFailing = true
      this.#restoreNotes(openCalls)
    }
  }

  /** What was told since stands, and a call that has ended meanwhile is not open any more. */
  #restoreNotes(openCalls: readonly OpenCallRow[]): void {
    if (openCalls.length === 0) return
    const ended = new Set(this.#settlements.map(({ settlement }) => settlement.requestId))
    for (const row of openCalls) {
      if (!ended.has(row.requestId) && !this.#openCalls.has(row.requestId)) this.#openCalls.set(row.requestId, row)
    }
  }

  async #takeAlone(takes: readonly PendingTake[]): Promise<void> {
    try {
      if (takes.length > 0) await this.#write({ ...NOTHING, takes })
    } catch (thrown) {
      this.#isFailing ||= !isRefusal(thrown)
      this.#options.log({ event: 'take-failed', code: errorCode(thrown) })
      for (const { resolve } of takes) resolve(undefined)
    }
  }

  async #settleAlone(pending: PendingSettlement): Promise<void> {
    const { day, accountId } = pending.settlement
    try {
      const isNear = Math.abs(day - utcDayOf(this.#options.clock.now())) <= PARTITION_DAYS
      if (isNear) await ensurePartition(this.#options.database, day)
      await this.#write({ ...NOTHING, settlements: [pending] })
    } catch (thrown) {
      if (!isRefusal(thrown)) {
        this.#isFailing = true
        this.#settlements.unshift(pending)
        return
      }
      this.#options.log({ event: 'settlement-refused', code: errorCode(thrown), account: accountId })
      this.#options.onRefused?.(accountId, 'settlement_refused')
      pending.resolve({ isNew: false, isStuck: true }, pending.settlement)
    }
  }

  /** What cannot be given back stays set aside, where nobody can spend it. */
  async #releaseAlone({ accountId, amount }: Release): Promise<void> {
    try {
      await this.#write({ ...NOTHING, releases: new Map([[accountId, amount]]) })
    } catch (thrown) {
      if (!isRefusal(thrown)) {
        this.#isFailing = true
        this.#restoreRelease([accountId, amount])
        return
      }
      if (isSpendRef(accountId)) return this.#options.log({ event: 'spending-release-refused', code: errorCode(thrown) })
      this.#options.log({ event: 'release-refused', code: errorCode(thrown), account: accountId })
      this.#options.onRefused?.(accountId, 'release_refused')
    }
  }

  #restoreRelease([accountId, amount]: readonly [string, NanoUsd]): void {
    this.#releases.set(accountId, (this.#releases.get(accountId) ?? 0n) + amount)
  }
}

const NONE_FRESH: Fresh = new Set()
const NEW: SettlementResult = { isNew: true, isStuck: false }
const KNOWN: SettlementResult = { isNew: false, isStuck: false }
const NONE_TAKEN: Taken = new Map()

/** What a transaction wrote, and who is to be told when it is committed. */
type Written = { readonly fresh: Fresh; readonly answers: readonly (() => void)[]; readonly committed: Committed }
