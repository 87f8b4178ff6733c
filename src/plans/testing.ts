/** Plans for tests: real books on a real database, accounts, plans and pools on demand, and a clock that tests move. Never imported by the product. */
import { randomUUID } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { createTestDatabase } from '../db/testing.ts'
import { type Ledger, makeLedger } from '../ledger/index.ts'
import { type LogEvent, type NanoUsd, systemIds } from '../lib/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import type { TimeBlockName } from '../spec/index.ts'
import { renewDue } from './index.ts'
import type { PlanParts } from './parts.ts'
import { putPool } from './pools.ts'
import { SUBSCRIPTION_DEFAULTS, type SubscriptionSettings } from './settings.ts'

/** A plan for tests; what is left out is as usual, `price` in nano-USD. */
export type TestPlan = {
  readonly id: string
  readonly kind?: 'free' | 'one_time' | 'monthly' | 'annual'
  readonly price?: NanoUsd
  readonly isPublic?: boolean
  readonly isClosed?: boolean
  readonly budget?: { readonly amount: NanoUsd; readonly window: string }
  readonly models?: readonly string[]
}

/** What tests of plans work with. */
export type PlanKit = {
  readonly parts: PlanParts
  readonly ledger: Ledger
  readonly database: Database
  readonly ownerDatabase: Database
  readonly connection: string
  readonly logged: LogEvent[]
  readonly clock: { at: number }
  readonly newAccount: (credit: NanoUsd) => Promise<string>
  readonly give: (accountId: string, amount: NanoUsd) => Promise<void>
  readonly newPlan: (plan: TestPlan) => Promise<string>
  readonly newPool: (slug: string, seats: Partial<Readonly<Record<TimeBlockName, number>>>) => Promise<string>
  readonly available: (accountId: string) => Promise<NanoUsd>
  readonly stateOf: (id: string) => Promise<string>
  readonly renew: () => Promise<void>
  readonly drop: () => Promise<void>
}

/** One US dollar. */
export const USD = 1_000_000_000n
/** What a seat costs a month in pools for tests. */
export const SEAT_PRICE = 39n * USD

/** Opens a kit whose clock begins at a time in milliseconds. */
export async function openPlanKit(began: number, settings: Partial<SubscriptionSettings> = {}): Promise<PlanKit> {
  const at = await createTestDatabase()
  const { ownerDatabase, appDatabase: database, ledgerDatabase, connection } = at
  const clock = { at: began }
  const logged: LogEvent[] = []
  const ids = systemIds(() => clock.at)
  const subjects = testSubjectKeys()
  const ledger = makeLedger(ledgerDatabase, { ids, subjects })
  const parts: PlanParts = {
    ...{ database, books: ledger, clock: { now: () => clock.at }, ids, subjects },
    settings: { ...SUBSCRIPTION_DEFAULTS, ...settings },
  }
  await ownerDatabase.query(
    sql`insert into model (id, context, output_max, source) values ('m', 1000, 1000, 'file'), ('n', 1000, 1000, 'file')`,
  )
  const give = async (accountId: string, amount: NanoUsd): Promise<void> =>
    void (await ledger.credit({ accountId, amount, kind: 'manual', sourceKey: randomUUID(), reason: 'test' }))
  return {
    ...{ parts, ledger, database, ownerDatabase, connection, logged, clock, give },
    newAccount: async (credit) => {
      const accountId = randomUUID()
      await ownerDatabase.query(sql`insert into account (id) values (${accountId})`)
      await ledger.openAccount(accountId)
      if (credit > 0n) await give(accountId, credit)
      return accountId
    },
    newPlan: async ({ id, kind = 'monthly', price = 20n * USD, isPublic = true, isClosed = false, budget, models }) => {
      await ownerDatabase.query(sql`
        insert into plan (id, kind, price, is_public, is_closed, budget_amount, budget_window, models, source)
        values (${id}, ${kind}, ${kind === 'free' ? 0n : price}, ${isPublic}, ${isClosed}, ${budget?.amount ?? null}, ${budget?.window ?? null},
          ${models === undefined ? null : [...models]}::text[], 'operator')`)
      return id
    },
    newPool: (slug, seats) =>
      putPool(parts, {
        ...{ slug, description: 'test', models: ['m'], annualDiscount: 1500 },
        blocks: Object.entries(seats).map(([block, count]) => ({
          ...{ block: block as TimeBlockName, fromMinute: HOURS[block as TimeBlockName], toMinute: HOURS[block as TimeBlockName] + 480 },
          ...{ seats: count, price: SEAT_PRICE },
        })),
      }),
    available: async (accountId) => (await ledger.balanceOf(accountId))?.available ?? 0n,
    stateOf: async (id) =>
      (await database.query<{ state: string }>(sql`select state from subscription where id = ${id}::uuid`))[0]?.state ?? '',
    renew: () => renewDue(parts, (event) => void logged.push(event)),
    drop: at.drop,
  }
}

const HOURS: Readonly<Record<TimeBlockName, number>> = { asia: 0, europe: 480, americas: 960 }
