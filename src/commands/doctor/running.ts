import { existsSync } from 'node:fs'
import { connect, type Database, DatabaseError, launchEmbedded, sql } from '../../db/index.ts'
import { listFrozen } from '../../ledger/index.ts'
import { systemClock } from '../../lib/index.ts'
import { readLateness, readPartitions } from '../../retention/index.ts'
import { type Check, configOf, type Finding, plain } from './finding.ts'
import { isRunning } from './machine.ts'
import { checkUpstreams } from './upstreams.ts'

const CLOCK_MS_MAX = 2_000
const LATE_SECONDS_MAX = 3_600
const ALARM_DAYS = 1

/** How a system that serves is doing: its clocks, its partitions, what should be gone, frozen accounts, alarms, upstreams. Nothing where none runs. */
export const checkRunning: Check = async (setup) => {
  const config = configOf(setup)
  if (config === undefined || !existsSync(config.dataDir) || !(await isRunning(config.dataDir))) return []
  try {
    // The server of a running Farebox is only found by this, not started.
    const connection = config.databaseUrl ?? (await launchEmbedded({ dataDir: config.dataDir })).connection
    const database = connect({ connection, role: 'farebox_ledger', poolMax: 1 })
    try {
      const findings = [
        await clocks(database),
        await partitions(database),
        await lateness(database),
        await frozen(database),
        await alarms(database),
      ]
      return [...findings, ...(await checkUpstreams(database))]
    } finally {
      await database.end()
    }
  } catch (thrown) {
    if (!(thrown instanceof DatabaseError)) throw thrown
    return [plain('failed', 'running', `a Farebox runs, and its database cannot be asked (${thrown.code}); look at its log`)]
  }
}

async function clocks(database: Database): Promise<Finding> {
  const before = systemClock.now()
  const [row] = await database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
  const after = systemClock.now()
  const there = row?.now.getTime() ?? before
  const apart = Math.max(before - there, there - after, 0)
  if (apart <= CLOCK_MS_MAX) return plain('ok', 'clocks', 'machine and database tell the same time')
  return plain('failed', 'clocks', `machine and database are ${apart} ms apart; let NTP set both`)
}

async function partitions(database: Database): Promise<Finding> {
  const [row] = await database.query<{ tomorrow: string }>(sql`select ((clock_timestamp() at time zone 'UTC')::date + 1)::text as tomorrow`)
  const days = new Set((await readPartitions(database)).map(({ day }) => day))
  if (days.has(row?.tomorrow ?? '')) return plain('ok', 'partitions', 'there is room for the calls of tomorrow')
  return plain(
    'failed',
    'partitions',
    'there is no partition for tomorrow, so calls would not be settled; look for partition-unmade in the log',
  )
}

async function lateness(database: Database): Promise<Finding> {
  const late = await readLateness(database, systemClock.now())
  if (late === undefined || late.seconds <= LATE_SECONDS_MAX) return plain('ok', 'retention', 'what has to be gone is gone')
  return plain(
    'failed',
    'retention',
    `calls of ${late.day} should be gone for ${late.seconds} s; look for days-kept and purge-late in the log`,
  )
}

async function frozen(database: Database): Promise<Finding> {
  const { length } = await listFrozen(database)
  if (length === 0) return plain('ok', 'books', 'no account is frozen')
  return plain('failed', 'books', `${length} account(s) are frozen, as their books do not agree; GET /operator/v1/ledger/verify says which`)
}

async function alarms(database: Database): Promise<Finding> {
  const [row] = await database.query<{ count: bigint }>(
    sql`select count(*) from key_alarm where raised_at > clock_timestamp() - make_interval(days => ${ALARM_DAYS})`,
  )
  if (row === undefined || row.count === 0n) return plain('ok', 'alarms', 'none over a key within a day')
  return plain('warning', 'alarms', `${row.count} over keys within a day; the page of abuse in the console lists them`)
}
