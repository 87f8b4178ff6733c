import { setInterval } from 'node:timers'
import { certificateDays } from '../acme/index.ts'
import type { ApiDependencies } from '../api/index.ts'
import { readLastBackup } from '../backup/index.ts'
import { readTracingSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import { rangesOfFound } from '../keys/index.ts'
import { type GroupCommit, readInheritance, type SliceBook, type SpendBook } from '../ledger/index.ts'
import { errorCode, type Log, systemClock } from '../lib/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import type { UnsignedLeaves } from '../receipts/index.ts'
import { makeMetrics, openTraces, RouteNames } from '../watch/index.ts'
import type { AccountFreezer } from './account-freezer.ts'
import { CallDesk } from './call-desk.ts'
import type { DatabaseClock } from './database-clock.ts'
import { GatewaySessions } from './gateway-sessions.ts'
import { HealthBoard } from './health-board.ts'
import { houseCap } from './house-cap.ts'
import { keepBooks } from './keep-books.ts'
import { KeyDirectory } from './key-directory.ts'
import type { OpenedAbuse } from './open-abuse.ts'
import { openLimits } from './open-limits.ts'
import type { Storage } from './open-storage.ts'
import { PriceBook } from './price-book.ts'
import { suspectUsageAlarm } from './suspect-usage.ts'
import { startUpkeep } from './upkeep.ts'

const TICK_MS = 1_000
const INHERITANCE_MS_MAX = 10_000
/** Time for gateways that reconnect every 50 ms to tell what they have, after as many as there should be have done so. */
const STRAGGLERS_MS = 500

const all =
  <T>(...listeners: readonly ((told: T) => void)[]) =>
  (told: T): void => {
    for (const listen of listeners) listen(told)
  }

/** What admits, holds and settles, and who talks to gateways. */
export type Desk = {
  readonly calls: CallDesk
  readonly keys: KeyDirectory
  readonly prices: PriceBook
  readonly names: RouteNames
  readonly sessions: GatewaySessions
  readonly writer: GroupCommit
  readonly leaves: UnsignedLeaves
  readonly slices: SliceBook
  readonly spending: SpendBook
  readonly freezer: AccountFreezer
  readonly reloadFrozen: () => Promise<void>
  readonly audit: () => Promise<void>
  readonly audited: ApiDependencies['audited']
  readonly metrics: ReturnType<typeof makeMetrics>
  readonly health: HealthBoard
  /** Whether calls are let in and settled. */
  readonly isServing: () => boolean
  readonly close: () => Promise<void>
}

type DeskOptions = {
  readonly config: Config
  readonly log: Log
  readonly onFenced: () => void
  readonly storage: Storage
  readonly keyring: Keyring
  readonly nodeId: string
  readonly clock: DatabaseClock
  readonly abuse: OpenedAbuse
  readonly subjects: SubjectKeys
}

/** Builds what admits, holds and settles, with what this node's last control process left behind. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { config, log, storage, nodeId, clock, abuse, subjects } = options
  const { ledgerDatabase, appDatabase } = storage
  const books = await keepBooks({ ...storage, nodeId, clock, log, onFenced: options.onFenced })
  const { writer, leaves, slices, spending, freezer, auditor, live } = books
  const { limits, ipSalt, close: closeLimits } = await openLimits({ ...options, ledgerDatabase, nodesBefore: books.nodesBefore })
  const bindSpending = houseCap(config.keyDailyCap)
  const keys = new KeyDirectory(appDatabase, { clock, bindSpending, openRanges: (found) => rangesOfFound(found, subjects) })
  const prices = new PriceBook(appDatabase)
  const health = new HealthBoard(clock)
  const names = new RouteNames()
  const tracing = await openTraces(readTracingSettings(config, processEnvironment()), { names, log })
  const isServing = (): boolean => writer.isHealthy && sessions.connectedCount > 0
  const metrics = makeMetrics({
    ...{ names, upstreams: () => health.report(), openCalls: () => calls.openCount, backlog: () => writer.backlog },
    ...{ isServing, gateways: () => sessions.connectedCount, held: () => slices.totals().open, frozenAccounts: () => freezer.count },
    ...{ isLedgerOk: () => auditor.isOk, keyLookUps: () => keys.lookUps, clearingOverdue: () => upkeep.overdueCount() },
    keyAlarms: abuse.raised,
    backupSeconds: async () => {
      const last = await readLastBackup(config.dataDir)
      return last === undefined ? undefined : Math.max(0, (systemClock.now() - last) / 1000)
    },
    certificateDays: () => (config.tls === undefined ? undefined : certificateDays(config.tls.certPath, systemClock.now())),
  })
  const onSettled = all(metrics.onSettled, tracing.onSettled, abuse.onSettled, suspectUsageAlarm({ clock, log }))
  const desk = { keys, prices, defaults: config.limits, onSettled }
  const calls = new CallDesk({ ...desk, clock, log, slices, spending, writer, limits, onGranted: abuse.onGranted })
  inheritAll(await readInheritance(ledgerDatabase, nodeId), { slices, spending, calls })
  let endInheritance: (() => void) | undefined = () => {
    endInheritance = undefined
    calls.endInheritance().catch((thrown: unknown) => log({ event: 'inheritance-unsettled', code: errorCode(thrown) }))
  }
  const onResumed = (): void => {
    // There can be more: those that only finish what they began.
    if (sessions.resumedCount >= config.gateways) setTimeout(() => endInheritance?.(), STRAGGLERS_MS).unref()
  }
  const sessions = new GatewaySessions({
    ...{ desk: calls, keys, clock, log, health, onResumed },
    ipSalt,
    ...{ onHoldsTimed: metrics.onHoldsTimed, onVitals: metrics.onVitals },
  })
  const life = live({ estate: desk, isAnswering: () => endInheritance === undefined })
  const upkeep = startUpkeep({ clock, ledgerDatabase, appDatabase, backlog: () => writer.backlog, log })
  const timers = [
    setTimeout(() => endInheritance?.(), INHERITANCE_MS_MAX),
    setInterval(() => {
      slices.releaseIdle()
      spending.releaseIdle()
      calls.writeLongCalls()
      limits.sweep()
      void life.tick()
    }, TICK_MS),
  ]
  return {
    reloadFrozen: () => freezer.load().catch((thrown: unknown) => log({ event: 'frozen-unread', code: errorCode(thrown) })),
    ...{ calls, keys, prices, names, sessions, writer, leaves, slices, spending, freezer, metrics, health, audit: () => auditor.run() },
    audited: () => ({ isOk: auditor.isOk, at: auditor.roundAt }),
    isServing,
    close: async () => {
      for (const timer of timers) clearTimeout(timer)
      upkeep.stop()
      sessions.close()
      await closeLimits()
      await writer.drain()
      for (const book of [slices, spending]) book.releaseIdle({ isAll: true })
      await writer.drain()
      await tracing.stop()
    },
  }
}

type Heirs = Pick<Desk, 'slices' | 'spending' | 'calls'>

/** Takes over what the last control process of this node held. */
function inheritAll(inherited: Awaited<ReturnType<typeof readInheritance>>, { slices, spending, calls }: Heirs): void {
  for (const { accountId, amount } of inherited.slices) slices.inherit(accountId, amount)
  spending.inherit(inherited.spending)
  calls.inherit(inherited.openCalls)
}
