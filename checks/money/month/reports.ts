import { connect, sql } from '../../../src/db/index.ts'
import { isoDate, type NanoUsd, utcDayOf } from '../../../src/lib/index.ts'
import { type RailEntry, type RailReport, reconcileDay } from '../../../src/reconcile/index.ts'
import type { CheckContext } from '../../harness/index.ts'
import type { Month } from './month.ts'

const DAY_MS = 86_400_000
/** In so many days money surely comes by every rail. */
const SURE_DAYS = 20

/**
 * The month's reconciliation: what each rail lists of the days of the month against the deposits of the books, one by one, as the nightly job
 * compares them. Deposits have the time of the database, not that of the month, so the lists of all days are read as one.
 */
export async function expectReportsAgree(context: CheckContext, month: Month): Promise<void> {
  const { tills, store, clock, days } = month
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 2 })
  try {
    const first = utcDayOf(clock.now()) - days - 1
    const listed = await Promise.all(Object.values(tills).map(({ report }) => listAll(context, report, { first, days: days + 3 })))
    const written = await database.query<{ day: string }>(
      sql`select distinct (created_at at time zone 'UTC')::date::text as day from transfer`,
    )
    for (const { day } of written) {
      const found = await reconcileDay(
        { database, sealing: UNUSED, rails: listed, readPage: readNothing, log: () => undefined, now: Date.parse(day) + DAY_MS },
        day,
      )
      for (const { part, source, report, over, under, differences } of found.comparisons)
        context.expect(
          report === 'read' && differences.length === 0,
          `${part} ${source}: the report is ${report}; ${over} nano-USD over and ${under} under in ${differences.length} differences`,
        )
    }
  } finally {
    await database.end()
  }
}

const UNUSED = {
  unseal: () => {
    throw new TypeError('no provider is asked')
  },
}
const readNothing = (): Promise<never> => Promise.reject(new TypeError('no provider is asked'))

type Days = { readonly first: number; readonly days: number }

async function listAll(context: CheckContext, report: RailReport, { first, days }: Days): Promise<RailReport> {
  const entries = new Map<string, RailEntry>()
  let sum: NanoUsd = 0n
  for (let at = first; at < first + days; at += 1) {
    const found = await report.read(isoDate(at))
    context.expect(found !== undefined || at > first + days - 3, `${report.rail} lists nothing of ${isoDate(at)}`)
    for (const entry of found ?? []) {
      context.expect(!entries.has(entry.externalId), `${report.rail} lists ${entry.externalId} twice`)
      entries.set(entry.externalId, entry)
      sum += entry.amount
    }
  }
  context.expect(sum > 0n || days < SURE_DAYS, `blind: ${report.rail} lists no money`)
  return { ...report, read: async () => [...entries.values()] }
}
