import { randomBytes } from 'node:crypto'
import { type BilledCall, type SimUpstream, startSimUpstream } from '../../sim/index.ts'
import { putModel, putUpstream } from '../../src/catalog/index.ts'
import { sql } from '../../src/db/index.ts'
import { closeDays, type Settlement } from '../../src/ledger/index.ts'
import { isoDate, type LogEvent, type NanoUsd, utcDayOf } from '../../src/lib/index.ts'
import { keyringOf } from '../../src/privacy/index.ts'
import { manualRail, type Reconciling, readPagesOverHttp } from '../../src/reconcile/index.ts'
import { MULTIPLIER_ONE, NO_USAGE, USAGE_SOURCES, type Usage } from '../../src/spec/index.ts'
import { openBooks, type SimulatedBooks } from './simulated-books.ts'

/** Upstreams of the simulation: one of each kind that reports, and the models that are called there. */
export const REPORTED = [
  { upstream: 'oai', kind: 'openai', model: 'm-oai', name: 'sim-4.1-mini' },
  { upstream: 'ant', kind: 'anthropic', model: 'm-ant', name: 'sim-sonnet' },
] as const
export type Reported = (typeof REPORTED)[number]

/** What providers charge for a token, in nano-USD, and what customers pay for one: a tenth more. */
const COST = { input: 3_000n, cached: 300n, output: 15_000n }
const ADMIN_KEY = 'sk-admin-simulated'
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Simulated books whose calls providers count too, each as the other has them unless told otherwise. */
export type ReportedBooks = {
  readonly books: SimulatedBooks
  /** The provider behind each upstream, by the id of the upstream. */
  readonly providers: Readonly<Record<Reported['upstream'], SimUpstream>>
  readonly logged: LogEvent[]
  readonly reconciling: () => Reconciling
  /** A call as it happened: what it cost, and its entry in the provider's books. */
  readonly makeCall: (of: Reported) => { readonly usage: Usage; readonly cost: NanoUsd; readonly billed: BilledCall }
  /** Settles a call in our books. */
  readonly settle: (of: Reported, call: { readonly usage: Usage; readonly cost: NanoUsd }) => Promise<void>
  /** Credits an account by hand, today; returns the id of the transfer. */
  readonly deposit: (amount: NanoUsd) => Promise<string>
  /** Goes to two hours after the next midnight and closes what is over. */
  readonly endDay: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens such books on a day, in days since 1970. */
export async function openReportedBooks(options: { readonly seed: number; readonly day: number }): Promise<ReportedBooks> {
  const books = await openBooks({ ...options, accounts: 5 })
  const providers = { oai: await startSimUpstream({ adminKey: ADMIN_KEY }), ant: await startSimUpstream({ adminKey: ADMIN_KEY }) }
  const sealing = keyringOf(new Map([[1, randomBytes(32)]]))
  const logged: LogEvent[] = []
  const { appDatabase } = books.kit
  for (const { upstream, kind, model, name } of REPORTED) {
    const { url } = providers[upstream]
    const base_url = kind === 'openai' ? `${url}/v1` : url
    await putUpstream(appDatabase, { id: upstream, body: { kind, base_url, api_key: 'sk-simulated', admin_key: ADMIN_KEY } }, sealing)
    const price = { input: '3.30', output: '16.50' }
    await putModel(appDatabase, { id: model, body: { context: 200_000, output_max: 8_192, price, routes: [{ upstream, model: name }] } })
  }
  const routes = await appDatabase.query<Route>(sql`
    select model.id as model, model.serial as "modelSerial", route.serial as "routeSerial", price_version.id as "priceVersion"
    from model join route on route.model_serial = model.serial join price_version on price_version.model_serial = model.serial`)
  const settle: ReportedBooks['settle'] = async ({ model }, call) => {
    const route = routes.find((known) => known.model === model)
    if (route === undefined) throw new RangeError('a model without a route')
    await books.writer.settle(settlementOf(books, route, call))
  }
  return {
    ...{ books, providers, logged, settle },
    reconciling: () => ({
      ...{ database: appDatabase, sealing, rails: [manualRail(appDatabase)], readPage: readPagesOverHttp() },
      ...{ log: (entry) => void logged.push(entry), now: books.clock.at },
    }),
    makeCall: (of) => makeCall(books, of),
    deposit: (amount) => deposit(books, amount),
    endDay: async () => {
      const next = utcDayOf(books.clock.at) + 1
      await books.beginDay(next)
      books.clock.at = next * DAY_MS + 2 * HOUR_MS
      await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: next })
    },
    close: async () => {
      await Promise.all([providers.oai.close(), providers.ant.close()])
      await books.close()
    },
  }
}

type Route = { readonly model: string; readonly modelSerial: number; readonly routeSerial: number; readonly priceVersion: number }

function makeCall({ random, clock }: SimulatedBooks, { kind, name }: Reported): ReturnType<ReportedBooks['makeCall']> {
  const some = (): number => 1 + random.below(5_000)
  const cacheWrites = kind === 'anthropic' ? { cacheWrite5m: some(), cacheWrite1h: some() } : { cacheWrite5m: 0, cacheWrite1h: 0 }
  const tokens = { input: some(), cached: some(), output: some(), ...cacheWrites }
  const usage = { ...NO_USAGE, input: tokens.input, cacheRead: tokens.cached, output: tokens.output, ...cacheWrites }
  const read = BigInt(tokens.input + cacheWrites.cacheWrite5m + cacheWrites.cacheWrite1h) * COST.input + BigInt(tokens.cached) * COST.cached
  const cost = read + BigInt(tokens.output) * COST.output
  // A provider may report the dated name of what was called without a date.
  const model = kind === 'openai' && random.below(3) === 0 ? `${name}-2026-04-14` : name
  return { usage, cost, billed: { day: isoDate(utcDayOf(clock.at)), model, ...tokens, chargedNano: cost } }
}

type Settled = { readonly usage: Usage; readonly cost: NanoUsd }

function settlementOf({ ids, random, accounts, clock }: SimulatedBooks, route: Route, { usage, cost }: Settled): Settlement {
  const accountId = accounts[random.below(accounts.length)] ?? ''
  const { modelSerial, routeSerial, priceVersion } = route
  const paid = (cost * 11n) / 10n
  return {
    ...{ requestId: ids.uuid(), day: utcDayOf(clock.at), accountId, keyId: accountId, startedAt: clock.at },
    ...{
      modelSerial,
      routeSerial,
      priceVersion,
      outcome: 0,
      status: 200,
      usageSource: USAGE_SOURCES.indexOf('provider'),
      reportedModel: 1,
    },
    ...{ isStream: true, isSuspect: false, latencyMs: 900, firstByteMs: 100, multiplier: MULTIPLIER_ONE, serviceTier: 0 },
    ...{ reportedInput: undefined, reportedOutput: undefined, usage, upstreamCost: cost, hold: paid * 2n, cost: paid, shortfall: 0n },
  }
}

async function deposit({ ledger, accounts, random, ids, kit, clock }: SimulatedBooks, amount: NanoUsd): Promise<string> {
  const credit = {
    accountId: accounts[random.below(accounts.length)] ?? '',
    amount,
    kind: 'manual',
    sourceKey: `operator:${ids.uuid()}`,
    reason: 'paid',
  } as const
  const { transferId } = await ledger.credit(credit)
  const { ownerDatabase } = kit
  // The ledger dates by the clock of the database, and this is another time.
  await ownerDatabase.query(sql`alter table transfer disable trigger transfer_immutable`)
  await ownerDatabase.query(sql`
    update transfer set created_at = ${new Date(clock.at).toISOString()}::timestamptz where id = ${transferId}::uuid`)
  await ownerDatabase.query(sql`alter table transfer enable trigger transfer_immutable`)
  return transferId
}
