import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRetention } from '../../src/control/index.ts'
import { connect, migrate, sql } from '../../src/db/index.ts'
import type { TestDatabase } from '../../src/db/testing.ts'
import { closeDays, type Settlement } from '../../src/ledger/index.ts'
import { isoDate } from '../../src/lib/index.ts'
import { openSigner, sealDays, signCommits } from '../../src/receipts/index.ts'
import { openClocks, type SteppedClock, startSteppedPostgres } from '../crash/stepped-clock.ts'
import { openBooks, type SimulatedBooks } from '../money/simulated-books.ts'

/** Books on a database whose clock is moved by hand, with what deletes there as control has it. */
export type KeptBooks = Omit<SimulatedBooks, 'beginDay' | 'close'> & {
  readonly dataDir: string
  /** The first day, in days since 1970; all other days count from it. */
  readonly firstDay: number
  /** Accounts that keep their calls for a shorter time. */
  readonly shortKept: readonly string[]
  /** Sets both clocks to ten minutes past the midnight of a day. */
  readonly beginDay: (day: number) => Promise<void>
  /** Sets the clock of the database so many milliseconds ahead of ours. */
  readonly setDatabase: (aheadMs: number) => void
  /** Does what control does before it serves; returns for how many seconds something is late after that. */
  readonly startAndPurge: () => Promise<number>
  readonly dayOf: (call: Settlement) => number
  /** Seconds since the midnight that the clocks are past. */
  readonly secondsOfDay: () => number
  readonly close: () => Promise<void>
}

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000
const PAST_MIDNIGHT_MS = 600_000
const ACCOUNTS = 6
const SHORT_KEPT = 2

/** Opens such books; throws NotRunError where clocks cannot be moved. */
export async function openKeptBooks(seed: number, onLog: (what: string) => void): Promise<KeptBooks> {
  const clocks = openClocks()
  const wall = clocks.make('clock-of-database')
  const postgres = await startSteppedPostgres(clocks, wall, false)
  await migrate(postgres.connection)
  const firstDay = Math.floor(Date.now() / DAY_MS)
  const books = await openBooks({ seed, accounts: ACCOUNTS, day: firstDay, kit: kitOf(postgres.connection) })
  for (const account of books.accounts) await books.kit.appDatabase.query(sql`insert into account (id) values (${account}::uuid)`)
  const folder = mkdtempSync(join(tmpdir(), 'farebox-retention-'))
  const close = await closingOf(books, folder)
  const begin = async (day: number): Promise<void> => {
    books.clock.at = (firstDay + day) * DAY_MS + PAST_MIDNIGHT_MS
    setWall(wall, books.clock.at)
    for (const next of [0, 1])
      await books.kit.ledgerDatabase.query(sql`select ensure_usage_partition(${isoDate(firstDay + day + next)}::date)`)
  }
  const startAndPurge = async (): Promise<number> => {
    let late = -1
    const { appDatabase, ledgerDatabase } = books.kit
    await openRetention({
      ...{
        appDatabase,
        booksDatabase: ledgerDatabase,
        clock: books.clock,
        close,
        log: ({ event, code }) => onLog(`${event} ${code ?? ''}`),
      },
      onLate: (seconds) => {
        late = seconds
      },
    })
    return late
  }
  return {
    ...books,
    ...{ dataDir: postgres.dataDir, firstDay, shortKept: books.accounts.slice(-SHORT_KEPT), beginDay: begin, startAndPurge },
    setDatabase: (aheadMs) => setWall(wall, books.clock.at + aheadMs),
    dayOf: (call) => call.day - firstDay,
    secondsOfDay: () => Math.floor((books.clock.at % DAY_MS) / 1_000),
    close: async () => {
      await books.close()
      await postgres.stop()
      clocks.remove()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The database's clock is set to a time; it goes on from there. */
const setWall = (wall: SteppedClock, at: number): void => {
  const seconds = (at - Date.now()) / 1_000
  wall.set(`${seconds < 0 ? '-' : '+'}${Math.abs(seconds).toFixed(3)}`)
}

/** What control does with days that are over. */
async function closingOf(books: SimulatedBooks, folder: string): Promise<() => Promise<void>> {
  const { ledgerDatabase } = books.kit
  const signer = await openSigner(ledgerDatabase, folder, books.clock.at)
  return async () => {
    const signing = { key: signer.keyAt(books.clock.at), now: books.clock.at }
    await signCommits(ledgerDatabase, { nodeId: books.nodeId, ...signing })
    await closeDays(ledgerDatabase, { ids: books.ids, now: books.clock.at, before: Math.floor(books.clock.at / DAY_MS) })
    await sealDays(ledgerDatabase, { ...signing, salt: () => randomBytes(32) })
    await signer.maintain(books.clock.at)
  }
}

function kitOf(connection: string): TestDatabase {
  const [ownerDatabase, appDatabase, ledgerDatabase] = [
    connect({ connection, role: undefined, poolMax: 4 }),
    connect({ connection, role: 'farebox_app', poolMax: 4 }),
    connect({ connection, role: 'farebox_ledger', poolMax: 4 }),
  ] as const
  const drop = async (): Promise<void> => void (await Promise.all([ownerDatabase.end(), appDatabase.end(), ledgerDatabase.end()]))
  return { connection, ownerDatabase, appDatabase, ledgerDatabase, drop }
}
