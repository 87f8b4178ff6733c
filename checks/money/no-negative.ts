import { randomUUID } from 'node:crypto'
import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import {
  type Customer,
  type MoneyStore,
  openMoneyStore,
  startTestControl,
  type TestControl,
  TestGateway,
  testClock,
} from '../../src/control/testing.ts'
import { DatabaseError, type Sql, sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { collectDebts } from '../../src/ledger/index.ts'
import { NO_USAGE } from '../../src/spec/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'

const AT_ONCE = 8
const PATIENCE_MS = 20_000
const ids = { uuid: () => randomUUID() }

/**
 * MON-02: money that was spent is charged back, in histories of which many run at once, while somebody watches every balance; and statements
 * that would take a balance, a slice or a debt below zero are refused by the tables themselves, whoever sends them. MON-01 watches the same in
 * each of its states.
 */
export async function noNegative(context: CheckContext): Promise<Measured> {
  const store = await openMoneyStore()
  const watch = watchBalances(store)
  try {
    const random = seededRandom(context.seed)
    const stories = Array.from({ length: context.n }, () => makeStory(random))
    const control = await startTestControl({ store, nodeId: randomUUID(), clock: testClock(), log: [] })
    const debts = await inParallel(stories, AT_ONCE, (story) => play({ context, store, control }, story))
    const { states, negative } = await watch.stop()
    context.expect(negative === 0, `${negative} of ${states} looks found something below zero`)
    const { ok, problems } = await store.ledger.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    const refused = await expectRefusals(context, store)
    return {
      n: context.n,
      measured: { looks: states, negative, with_debt: debts.filter((debt) => debt > 0n).length, refused_by_check: refused },
    }
  } finally {
    await watch.stop()
    await store.drop()
    await stopTestServer()
  }
}

/** Amounts in nano-USD: what came in, what two calls hold and cost, what is charged back, and what comes in after that. */
type Story = {
  readonly credit: bigint
  readonly calls: readonly { readonly hold: bigint; readonly tokens: number }[]
  readonly chargedBack: bigint
  readonly later: bigint
}

function makeStory(random: SeededRandom): Story {
  const credit = 1 + random.below(1000)
  const calls = Array.from({ length: 2 }, () => ({ hold: BigInt(1 + random.below(credit)), tokens: random.below(credit) }))
  return { credit: BigInt(credit), calls, chargedBack: BigInt(1 + random.below(credit)), later: BigInt(random.below(1500)) }
}

type Stage = { readonly context: CheckContext; readonly store: MoneyStore; readonly control: TestControl }

/** Plays a story and compares its end with the sum that a child would make. Returns the debt that the chargeback left. */
async function play(stage: Stage, { credit, calls, chargedBack, later }: Story): Promise<bigint> {
  const { store, control } = stage
  const customer = await store.newCustomer(credit)
  const { accountId } = customer
  const isBackLate = chargedBack % 2n === 0n
  if (!isBackLate) await spend(stage, customer, calls)
  await store.ledger.chargeBack({ accountId, amount: chargedBack, sourceKey: randomUUID(), reason: 'check' })
  if (isBackLate) await spend(stage, customer, calls)
  control.slices.releaseIdle({ isAll: true })
  await control.writer.drain()
  await collectDebts(store.database, ids)
  const [row] = await store.database.query<{ cost: bigint }>(sql`
    select coalesce(sum(cost), 0)::bigint as cost from usage_event where account_id = ${accountId}::uuid`)
  const left = credit - (row?.cost ?? 0n) - chargedBack
  await expectStanding(stage, accountId, left)
  if (later > 0n) await store.ledger.credit({ accountId, amount: later, kind: 'manual', sourceKey: randomUUID(), reason: 'check' })
  await expectStanding(stage, accountId, left + later)
  return left < 0n ? -left : 0n
}

/** What is left is available when it is more than nothing, and owed when it is less. */
async function expectStanding({ context, store }: Stage, accountId: string, left: bigint): Promise<void> {
  const balance = await store.ledger.balanceOf(accountId)
  const { debt } = await store.ledger.standingOf(accountId)
  const [available, owed] = left > 0n ? [left, 0n] : [0n, -left]
  const isRight = balance?.available === available && balance.held === 0n && debt === owed
  context.expect(isRight, `${balance?.available} available, ${balance?.held} held and ${debt} owed where ${left} is left`)
}

async function spend({ store, control }: Stage, customer: Customer, calls: Story['calls']): Promise<void> {
  const [price] = store.prices
  if (price === undefined) throw new Error('no price')
  const told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set<string>() }
  const gateway = new TestGateway(told, testClock())
  gateway.connect(control)
  for (const { hold } of calls) gateway.hold({ customer, price, hold })
  await until(() => told.granted.size + told.refused.size === calls.length)
  for (const [index, seq] of [...gateway.open.keys()].entries()) gateway.settle(seq, { ...NO_USAGE, output: calls[index]?.tokens ?? 0 })
  await until(() => gateway.isIdle)
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !isSo(); await new Promise(setImmediate))
    if (performance.now() > end) throw new Error('a call is not answered')
}

type Watch = { readonly stop: () => Promise<{ readonly states: number; readonly negative: number }> }

/** Looks at all balances, slices and debts again and again until it is stopped. */
function watchBalances({ database }: MoneyStore): Watch {
  let [isStopped, states, negative] = [false, 0, 0]
  const watching = (async (): Promise<void> => {
    while (!isStopped) {
      const [row] = await database.query<{ negative: bigint }>(sql`
        select (select count(*) from balance where available < 0 or held < 0) + (select count(*) from slice where amount < 0)
          + (select count(*) from account_debt where amount < 0) as negative`)
      states += 1
      negative += Number(row?.negative ?? 0n)
    }
  })()
  return {
    stop: async () => {
      isStopped = true
      await watching
      return { states, negative }
    },
  }
}

/** The tables refuse to go below zero, for the ledger's role and for their owner. Returns how many statements were refused. */
async function expectRefusals(context: CheckContext, store: MoneyStore): Promise<number> {
  const { accountId } = await store.newCustomer(100n)
  await store.ledger.chargeBack({ accountId, amount: 150n, sourceKey: randomUUID(), reason: 'check' })
  const statements: readonly Sql[] = [
    sql`update balance set available = available - 1 where account_id = ${accountId}::uuid`,
    sql`update balance set held = held - 1 where account_id = ${accountId}::uuid`,
    sql`update balance set available = -9223372036854775808 where account_id = ${accountId}::uuid`,
    sql`insert into slice (node_id, account_id, amount) values (${accountId}::uuid, ${accountId}::uuid, -1)`,
    sql`update account_debt set amount = amount - 51 where account_id = ${accountId}::uuid`,
    sql`insert into usage_day (account_id, day, cost) values (${accountId}::uuid, '2999-01-01', -1)`,
    sql`insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash)
      select gen_random_uuid(), ${accountId}::uuid, id, -1, 'refund', 'check', '' from ledger_account where kind = 'refunds'`,
  ]
  let refused = 0
  for (const database of [store.database, store.ownerDatabase]) {
    for (const statement of statements) {
      const code = await database.query(statement).then(
        () => 'done',
        (thrown: unknown) => (thrown instanceof DatabaseError ? thrown.code : String(thrown)),
      )
      if (context.expect(code === '23514', `${statement.text.trim()}: ${code}`)) refused += 1
    }
  }
  return refused
}
