import { type SeededRandom, type SimStripe, startSimStripe } from '../../../sim/index.ts'
import { FAULTS, type FaultyDatabase, faultyDatabase, type MoneyStore } from '../../../src/control/testing.ts'
import { type Ledger, makeLedger } from '../../../src/ledger/index.ts'
import { systemClock, systemIds } from '../../../src/lib/index.ts'
import { type StripeApi, type StripeRail, StripeRequestError } from '../../../src/payments/index.ts'
import { openRailWorld, type RailWorld } from './rail-world.ts'

/** A Stripe, a database and two rails on them: one that works, and one whose every await can be cut. */
export type Lane = {
  readonly sim: SimStripe
  readonly world: RailWorld
  readonly clock: { at: number }
  readonly rail: StripeRail
  /** The rail that breaks, and what breaks it: the next await of a kind after so many others. */
  readonly broken: StripeRail
  readonly plan: (cut: Cut) => void
  readonly heal: () => void
  readonly close: () => Promise<void>
}

/** Where a process is cut: at the database of the rail, at the books, or at Stripe, after so many other awaits there. */
export type Cut = { readonly at: 'database' | 'books' | 'stripe'; readonly after: number; readonly fault: (typeof FAULTS)[number] }

/** How many awaits of each kind one event can take. */
const AWAITS = { database: 24, books: 14, stripe: 6 } as const
const PLACES = Object.entries(AWAITS).flatMap(([at, count]) =>
  Array.from({ length: count }, (_, after) => ({ at, after }) as Omit<Cut, 'fault'>),
)

/** Every place where an event can be cut. */
export const CUTS = PLACES.length

/** The place of a number, and a way of cutting it. */
export const cutOf = (number: number, random: SeededRandom): Cut => ({
  ...(PLACES[number % PLACES.length] ?? { at: 'database', after: 0 }),
  fault: random.pick(FAULTS),
})

/** What a lane shares with others: books, and a clock that it may move. */
export type Shared = { readonly store?: MoneyStore; readonly clock?: { at: number } }

/** Opens a lane. */
export async function openLane(name: string, { store, clock = { at: Date.now() } }: Shared = {}): Promise<Lane> {
  const sim = await startSimStripe({ now: () => clock.at, name })
  const world = await openRailWorld(sim, clock, store)
  const [database, books] = [faultyDatabase(world.database), faultyDatabase(world.store.database)]
  const ledger: Ledger = makeLedger(books.database, { ids: systemIds(systemClock.now), subjects: world.store.subjects })
  const stripe = cuttableApi()
  const broken = world.open({ database: database.database, ledger, wrapApi: stripe.wrap }).rail
  const by: Readonly<Record<Cut['at'], Pick<FaultyDatabase, 'plan' | 'heal'>>> = { database, books, stripe }
  return {
    ...{ sim, world, clock, broken, rail: world.open().rail },
    plan: ({ at, after, fault }) => by[at].plan(after, fault),
    heal: () => {
      for (const one of Object.values(by)) one.heal()
    },
    close: async () => {
      await world.close()
      await sim.close()
    },
  }
}

/** Calls to Stripe that break on command: before they were sent, or when they had been done. */
function cuttableApi(): Pick<FaultyDatabase, 'plan' | 'heal'> & { readonly wrap: (api: StripeApi) => StripeApi } {
  let planned: { left: number; readonly isBefore: boolean } | undefined
  const cut = async <T>(work: () => Promise<T>): Promise<T> => {
    if (planned === undefined || planned.left-- > 0) return await work()
    const { isBefore } = planned
    planned = undefined
    if (!isBefore) await work()
    throw new StripeRequestError('unavailable', 'cut')
  }
  return {
    plan: (after, fault) => {
      planned = { left: after, isBefore: fault === 'before' }
    },
    heal: () => {
      planned = undefined
    },
    wrap: (api) => ({
      ...api,
      readSession: (id) => cut(() => api.readSession(id)),
      findSessionOf: (id) => cut(() => api.findSessionOf(id)),
      readIntent: (id) => cut(() => api.readIntent(id)),
      listRefunds: (id) => cut(() => api.listRefunds(id)),
      createRefund: (refund, key) => cut(() => api.createRefund(refund, key)),
      readDispute: (id) => cut(() => api.readDispute(id)),
    }),
  }
}
