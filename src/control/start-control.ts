import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiDependencies } from '../api/index.ts'
import { refuseUnrestored } from '../backup/index.ts'
import { applyConfigured, beginPlanChanges, readPolicySettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import { type DataDirLock, lockDataDir } from '../db/index.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { type Ledger, makeLedger } from '../ledger/index.ts'
import { type Ids, type Log, systemClock, systemIds } from '../lib/index.ts'
import { type Keyring, openOwnKeyring, readOwnWords, type SubjectKeys } from '../privacy/index.ts'
import { manualRail, readPagesOverHttp, reconcileDay } from '../reconcile/index.ts'
import { retentionJobs } from '../retention/index.ts'
import { type DatabaseClock, databaseClock } from './database-clock.ts'
import { applySandbox, needsSandbox, openDemoKey } from './demo.ts'
import { followChanges } from './follow-changes.ts'
import { houseCap } from './house-cap.ts'
import { houseFacts } from './house-facts.ts'
import { openNodeId } from './node-identity.ts'
import { openAbuse } from './open-abuse.ts'
import { openCertificate } from './open-certificate.ts'
import { openDesk } from './open-desk.ts'
import { openIdentity } from './open-identity.ts'
import { openJobs } from './open-jobs.ts'
import { openKeys } from './open-keys.ts'
import { openMessages } from './open-messages.ts'
import { openOperators } from './open-operators.ts'
import { openRights } from './open-rights.ts'
import { openSales } from './open-sales.ts'
import { openSignOn } from './open-sign-on.ts'
import { openSite } from './open-site.ts'
import { openStorage, type Storage } from './open-storage.ts'
import { openSupport } from './open-support.ts'
import { openOperatorToken } from './operator-token.ts'
import { startPolicyKeeping } from './policy-keeping.ts'
import { openPolicy } from './policy-source.ts'
import { startReconciling } from './reconciling.ts'
import { type RunningJobs, together } from './repeat.ts'
import { type RuntimePaths, removeStaleSockets, runtimePaths } from './runtime-paths.ts'
import { serveApis } from './serve-apis.ts'
import { startStatusKeeping } from './status-keeping.ts'
import { startTellingOperators } from './tell-operators.ts'
import { ensurePartitions } from './upkeep.ts'

/** A running control process. */
export type RunningControl = {
  readonly runtime: RuntimePaths
  /** Where the generated operator token lies; undefined when it was configured. */
  readonly operatorTokenPath: string | undefined
  /** The key of the demo account; undefined when real upstreams are configured. */
  readonly demoKey: string | undefined
  /** Gateways that are connected now. */
  readonly gatewayCount: () => number
  /** Writes what is open and stops, the database too if it is ours. */
  readonly stop: () => Promise<void>
}

/**
 * What control is started with; `startSandbox` resolves with the port of the built-in upstream, `onFenced` is told when another process has
 * taken this node's place, so that this one has to end and start anew.
 */
export type ControlOptions = {
  readonly config: Config
  readonly log: Log
  readonly startSandbox: () => Promise<number>
  readonly onFenced: () => void
}

/** Starts control on its data directory: takes the lock, the database and the catalogue, then listens for gateways and people. */
export async function startControl(options: ControlOptions): Promise<RunningControl> {
  const { config, log: write } = options
  let hasFailed = false
  // What was begun and loses its database as the start failed has nothing to tell.
  const log: Log = (line) => (hasFailed ? undefined : write(line))
  const lock = await lockDataDir(config.dataDir)
  refuseUnrestored(config.dataDir)
  const certificate = await openCertificate(config, log)
  const storage = await openStorage(config, log)
  try {
    return await startOn({ ...options, log }, { lock, certificate, storage })
  } catch (thrown) {
    // Who does not start leaves no database of ours running.
    hasFailed = true
    await Promise.race([storage.close().catch(() => undefined), delay(CLOSE_MS_MAX, undefined, { ref: false })])
    throw thrown
  }
}

/** For how long a start that failed waits for its database to stop. */
const CLOSE_MS_MAX = 10_000

type Started = {
  readonly lock: DataDirLock
  readonly certificate: Awaited<ReturnType<typeof openCertificate>>
  readonly storage: Storage
}

async function startOn(options: ControlOptions, { lock, certificate, storage }: Started): Promise<RunningControl> {
  const { config, log } = options
  const { appDatabase, ledgerDatabase, booksDatabase } = storage
  const keyring = await openOwnKeyring(appDatabase, config.dataDir)
  const settings = readPolicySettings(config, processEnvironment(), (await readOwnWords(appDatabase)).words)
  const clock = databaseClock({ database: ledgerDatabase, machine: systemClock, log })
  await clock.look()
  const ids = systemIds(clock.now)
  const nodeId = openNodeId(config.dataDir, ids)
  const keys = await openKeys({ config, ...storage, keyring, nodeId, clock, log, onUnshared: options.onFenced })
  const { subjects } = keys
  const { ledger, demoKey } = await prepareServing(options, { storage, keyring, subjects, clock, ids })
  // Whom a backup brought back is erased again before anybody is served.
  const stopping = new AbortController()
  const shared = { config, appDatabase, keyring, subjects, nodeId, service: settings.service, clock, log }
  const { mailing, ...messages } = openMessages({ ...shared, stopped: stopping.signal })
  const opened = await openRights({ appDatabase, booksDatabase, subjects, clock, ids, log, config, mailer: mailing?.mailer })
  const support = openSupport({ appDatabase, subjects, ids, clock, log, mailer: mailing?.mailer })
  const abuse = openAbuse({ config, appDatabase, keys, clock, ids, log, mailer: mailing?.mailer })
  const desk = await openDesk({ ...options, storage, keyring, nodeId, clock, abuse, subjects })
  const operatorToken = openOperatorToken(config.dataDir, { configured: config.operatorToken, random: randomBytes(32) })
  const runtime = runtimePaths(config.dataDir)
  removeStaleSockets(runtime)
  const policy = openPolicy({ config, settings, appDatabase, clock })
  const changes = await followChanges(desk, { ...storage, keyring, log, policy })
  const work = await openJobs({
    ...{ appDatabase, ledgerDatabase, booksDatabase, nodeId, dataDir: config.dataDir, ids, clock, log },
    ...{ audit: desk.audit, leaves: desk.leaves, keepKeys: keys.keep, machine: systemClock, onLate: desk.metrics.onLate },
  })
  const readPage = readPagesOverHttp(stopping.signal)
  const selling = { ...shared, ledger, ids, letters: mailing }
  const sales = await openSales({ ...selling, mailer: mailing?.mailer })
  await desk.sessions.listen(runtime.channel, { till: sales.till, isSoldToWallets: sales.forApi.manage.agents !== undefined })
  const rails = [manualRail(appDatabase), ...sales.reports]
  const reconciling = { database: appDatabase, sealing: keyring, rails, readPage, log }
  const board: RunningJobs[] = []
  const [site, signOn] = [openSite(config, settings.service), openSignOn({ ...selling, mailer: mailing?.mailer })]
  const dependencies: ApiDependencies = {
    ...{ appDatabase, ledger, keyring, subjects, ids, clock, log, randomBytes },
    operators: openOperators({ appDatabase, keys, config, settings, clock, ids, log, mailer: mailing?.mailer, token: operatorToken.token }),
    ...{ whenWritten: () => desk.writer.written(), isReady: async () => desk.writer.isHealthy },
    ...{ bindSpending: houseCap(config.keyDailyCap), site, house: houseFacts(config, site), audited: desk.audited },
    ...{ policy, jobs: () => together(board).reports?.() ?? [], retention: retentionJobs(PERSONAL_DATA) },
    ...{ metrics: desk.metrics.text, upstreamHealth: (id: string) => desk.health.report().get(id) },
    ...{ rights: opened.rights, ownRights: opened.ownRights, support: support.desk, ...sales.forApi, ...abuse.forApi, ...messages.forApi },
    ...openIdentity({ ...selling, keys, settings, mailer: mailing?.mailer, abuse, sales, ...signOn.forApi }),
    reconcile: (day) => reconcileDay({ ...reconciling, now: clock.now() }, day),
  }
  const watching = { database: appDatabase, ledger, sla: sales.settings.sla, health: () => desk.health.report(), clock, log }
  board.push(
    ...[work.start(), messages.start(), sales.start(), abuse.start(), startStatusKeeping({ ...watching, isServing: desk.isServing })],
    ...[certificate.keep(), support.keep(desk.metrics.onSupportCounted), opened.keep(desk.metrics.onRightsCounted), signOn.start()],
    startReconciling({ ...reconciling, clock, onReconciled: desk.metrics.onReconciled }),
    startPolicyKeeping({ desk: policy, appDatabase, clock, log, mailer: mailing?.policyMailer }),
    startTellingOperators({ ...dependencies, mailer: mailing?.mailer, url: config.operatorUrl }),
  )
  const servers = await serveApis(dependencies, { socketPath: runtime.http, operatorListen: config.operatorListen })
  return {
    ...{ runtime, demoKey, operatorTokenPath: operatorToken.path },
    gatewayCount: () => desk.sessions.connectedCount,
    stop: async () => {
      stopping.abort()
      // Jobs after the desk, as they sign what it wrote last.
      for (const part of [servers, changes, desk, { close: together(board).stop }, keys, storage]) await part.close()
      await lock.release()
    },
  }
}

type Preparing = {
  readonly storage: Storage
  readonly keyring: Keyring
  readonly subjects: SubjectKeys
  readonly clock: DatabaseClock
  readonly ids: Ids
}

/** Makes what calls are served from: partitions, the catalogue as it is configured, and the sandbox with a demo account where nothing is. */
async function prepareServing(
  { config, startSandbox, log }: ControlOptions,
  { storage, keyring, subjects, clock, ids }: Preparing,
): Promise<{ readonly ledger: Ledger; readonly demoKey: string | undefined }> {
  const { appDatabase, ledgerDatabase, booksDatabase } = storage
  await ensurePartitions(ledgerDatabase, clock)
  const environment = processEnvironment()
  await beginPlanChanges(appDatabase)
  const applied = await applyConfigured(
    appDatabase,
    { configPath: config.configPath, providerKeys: config.providerKeys, environment },
    keyring,
  )
  const held = applied.changes.filter(({ action }) => action === 'held').length
  if (held > 0) log({ event: 'price-rises-held', items: held })
  const ledger = makeLedger(ledgerDatabase, { ids, subjects, books: booksDatabase })
  const isDemo = await needsSandbox(appDatabase)
  await applySandbox(appDatabase, keyring, isDemo ? await startSandbox() : undefined)
  const demo = { appDatabase, ledger, ids, subjects, dataDir: config.dataDir, random: randomBytes(32), now: clock.now() }
  return { ledger, demoKey: isDemo ? await openDemoKey(demo) : undefined }
}
