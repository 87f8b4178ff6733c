import {
  type SeededRandom,
  type SimFacilitator,
  type SimUpstream,
  seededRandom,
  startSimFacilitator,
  startSimUpstream,
} from '../../../sim/index.ts'
import { answerPayment, type MoneyStore, openMoneyStore, tillOf } from '../../../src/control/testing.ts'
import { sql } from '../../../src/db/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import { type Catalog, flatPrice, MULTIPLIER_ONE } from '../../../src/spec/index.ts'
import { type Answer, bodyOf, send } from '../../calls.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { type LoneGateway, startLoneGateway } from '../../lone-gateway.ts'
import { type Made, madeOf } from './mutations.ts'
import { openTestRail, type TestRail } from './rail.ts'
import { newWallet, type Wallet } from './wallet.ts'

const WALLETS = 6
const NANO_USD_PER_UNIT = 1000n
/** What nobody pays for is not served with any of these. */
const REFUSALS: ReadonlySet<number> = new Set([400, 402, 409, 503])

type Shop = {
  readonly context: CheckContext
  readonly store: MoneyStore
  readonly facilitator: SimFacilitator
  readonly sim: SimUpstream
  readonly test: TestRail
  readonly gateway: LoneGateway
  readonly clock: { at: number }
  readonly random: SeededRandom
  readonly wallets: readonly Wallet[]
  readonly served: { readonly header: string; readonly transaction: string; readonly units: bigint }[]
  readonly open: { readonly header: string; readonly units: bigint }[]
}

/**
 * X402-01: calls without a key, each with a payment that is right or wrong in one way, some at once and some while the facilitator loses answers or
 * makes them up; through a gateway as it runs and control's own till, desk and books. Nothing is served that was not paid, nothing is served
 * twice for one payment, and what moved is on the balances to the last unit.
 */
export async function keylessPayments(context: CheckContext): Promise<Measured> {
  const shop = await openShop(context)
  const kinds = new Map<string, number>()
  try {
    for (let index = 0; index < context.n; index += 1) {
      const kind = await sellOne(shop, index)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if (index % 200 === 0) context.progress(`${index} payments`)
    }
    await sellLost(shop)
    await judge(shop)
    return { n: context.n, measured: { served: shop.served.length, moved: shop.facilitator.transfers.length, kinds: kinds.size } }
  } finally {
    await closeShop(shop)
  }
}

async function openShop(context: CheckContext): Promise<Shop> {
  const clock = { at: Date.now(), now: () => clock.at }
  const store = await openMoneyStore()
  const facilitator = await startSimFacilitator({ chainId: 8453, name: 'USD Coin', version: '2', now: clock.now })
  const sim = await startSimUpstream({})
  const test = openTestRail(store, { url: facilitator.url, clock })
  const findById = async (keyId: string) => {
    const [row] = await store.ownerDatabase.query<{ account_id: string }>(sql`select account_id from api_key where id = ${keyId}::uuid`)
    const limits = { key: UNLIMITED, account: UNLIMITED }
    if (row === undefined) return undefined
    const accountId = row.account_id
    return {
      keyId,
      accountId,
      limits,
      expiresAt: undefined,
      models: undefined,
      accountStatus: 'active',
      multiplier: MULTIPLIER_ONE,
    } as const
  }
  const till = tillOf(test.rail)
  const pay = (message: Parameters<typeof till.pay>[0]) =>
    answerPayment({ ...message, seq: 0 }, { till, keys: { findById }, log: () => undefined })
  const keyless = {
    terms: till.terms,
    pay: async (message: Parameters<typeof answerPayment>[0]) => ({ ...(await pay(message)), seq: message.seq }),
  }
  const gateway = await startLoneGateway(catalogOf(sim.port), 20_000, { keyless })
  const wallets = Array.from({ length: WALLETS }, newWallet)
  for (const { address } of wallets) facilitator.fund(address, 1_000_000_000_000n)
  const random = seededRandom(context.seed)
  return { context, store, facilitator, sim, test, gateway, clock, random, wallets, served: [], open: [] }
}

const UNLIMITED = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

async function closeShop({ gateway, sim, facilitator, test, store }: Shop): Promise<void> {
  await gateway.close()
  await sim.close()
  await facilitator.stop()
  await test.close()
  await store.drop()
  await stopTestServer()
}

/** A call as it is asked for without a payment, then with one that is made of what was asked. */
async function sellOne(shop: Shop, index: number): Promise<string> {
  const { context, facilitator, random, wallets } = shop
  const asked = await ask(shop, undefined)
  const units = unitsAsked(asked)
  context.expect(asked.status === 402 && units > 0n, `a call without a payment was answered ${asked.status}`)
  const wallet = wallets[random.below(wallets.length)] ?? newWallet()
  const served = shop.served.map(({ header }) => header)
  const made = await madeOf({ random, wallet, units, now: shop.clock.at, served, manner: facilitator.manner }, index)
  Object.assign(facilitator.manner, made.manner)
  const answers = await Promise.all(Array.from({ length: made.times ?? 1 }, () => ask(shop, made.header)))
  for (const name of Object.keys(made.manner ?? {})) delete facilitator.manner[name as keyof typeof facilitator.manner]
  look(shop, { made, answers, units })
  return made.kind
}

const ask = ({ gateway }: Shop, payment: string | undefined): Promise<Answer> => {
  const plan = { base: gateway.base, key: '', protocol: 'openai', model: 'm', outputMax: 16 } as const
  const body = bodyOf(plan)
  const headers = {
    ...{ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    ...(payment !== undefined && { 'payment-signature': payment }),
  }
  return send({ url: `${gateway.base}/v1/chat/completions`, method: 'POST', headers, body })
}

type PaymentRequired = { readonly accepts?: readonly { readonly amount: string }[] }

const jsonIn = (header: unknown): unknown =>
  JSON.parse(Buffer.from(typeof header === 'string' ? header : 'e30=', 'base64').toString('utf8'))
const unitsAsked = ({ headers }: Answer): bigint =>
  BigInt((jsonIn(headers['payment-required']) as PaymentRequired).accepts?.[0]?.amount ?? '0')

type Looked = { readonly made: Made; readonly answers: readonly Answer[]; readonly units: bigint }

function look({ context, served, open }: Shop, { made, answers, units }: Looked): void {
  const { kind, header, isRight } = made
  const good = answers.filter(({ status }) => status === 200)
  for (const { headers } of good) served.push({ header, units, transaction: transactionIn(headers['payment-response']) })
  const odd = answers.filter(({ status }) => status !== 200 && !REFUSALS.has(status))
  context.expect(odd.length === 0, `${kind}: answered ${odd.map(({ status }) => status).join()}`)
  if (isRight === false) context.expect(good.length === 0, `${kind}: served`)
  if (isRight !== true) return
  const isLost = made.manner !== undefined
  context.expect(
    good.length === (isLost ? 0 : 1),
    `${kind}: served ${good.length} times, with ${answers.map(({ status }) => status).join()}`,
  )
  if (isLost) open.push({ header, units })
}

const transactionIn = (header: unknown): string => String((jsonIn(header) as { readonly transaction?: string }).transaction)

/** Payments whose answers were lost: found by control itself, they let one call in each when they come again. */
async function sellLost(shop: Shop): Promise<void> {
  shop.clock.at += 60_000
  while ((await shop.test.rail.finish()) > 0) shop.clock.at += 60_000
  for (const { header, units } of shop.open) {
    const answers = [await ask(shop, header), await ask(shop, header)]
    const [first, again] = answers
    shop.context.expect(first?.status === 200 && again?.status === 402, `lost: answered ${first?.status}, then ${again?.status}`)
    if (first?.status === 200) shop.served.push({ header, units, transaction: transactionIn(first.headers['payment-response']) })
  }
}

async function judge({ context, store, facilitator, sim, served }: Shop): Promise<void> {
  const moved = new Map(facilitator.transfers.map((transfer) => [transfer.txHash, transfer.value]))
  context.expect(sim.calls.length === served.length, `${sim.calls.length} calls went upstream, and ${served.length} were paid and served`)
  context.expect(new Set(served.map(({ transaction }) => transaction)).size === served.length, 'a payment served twice')
  const unpaid = served.filter(({ transaction, units }) => (moved.get(transaction) ?? 0n) < units)
  context.expect(unpaid.length === 0, `${unpaid.length} calls were served for less than was asked`)
  const [credited] = await store.ownerDatabase.query<{ sum: bigint; count: bigint }>(sql`
    select coalesce(sum(amount), 0)::bigint as sum, count(*) as count from transfer where kind = 'deposit' and starts_with(source_key, 'x402:')`)
  const due = facilitator.transfers.reduce((sum, { value }) => sum + value * NANO_USD_PER_UNIT, 0n)
  context.expect(credited?.sum === due, `${credited?.sum} is on balances, and ${due} moved`)
  context.expect(
    credited?.count === BigInt(facilitator.transfers.length),
    `${credited?.count} credits of ${facilitator.transfers.length} payments`,
  )
  context.expect(served.length * 10 > context.n, `blind: only ${served.length} of ${context.n} were served`)
  const { ok } = await store.ledger.verify()
  context.expect(ok, 'the books do not agree')
}

/** One model at a price that comes to a few cents for the call. */
function catalogOf(port: number): Catalog {
  const upstream = {
    serial: 1,
    id: 'u',
    kind: 'openai',
    placement: 'local',
    privacy: {},
    protocols: ['openai-chat'],
    apiKey: 'sk-x402',
  } as const
  const price = flatPrice({ input: 333_333_337_000n, output: 777_777_777_000n })
  const routes = [{ serial: 1, upstreamSerial: 1, upstreamModel: 'sim-model', priority: 1, cost: undefined }]
  const model = { serial: 1, id: 'm', context: 8_000, outputMax: 1_000, createdAt: 0, priceVersion: 1, price, routes }
  return { version: 1, upstreams: [{ ...upstream, baseUrl: `http://127.0.0.1:${port}/v1` }], models: [model], unpriced: [] }
}
