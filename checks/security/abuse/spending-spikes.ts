import { createHash, randomBytes } from 'node:crypto'
import { seededRandom } from '../../../sim/index.ts'
import { ABUSE_DEFAULTS, type AbuseSettings } from '../../../src/abuse/index.ts'
import { type Customer, type MoneyStore, openAbuseBy, openMoneyStore } from '../../../src/control/testing.ts'
import { connect, type Database } from '../../../src/db/index.ts'
import { findKeyById } from '../../../src/keys/index.ts'
import { systemIds } from '../../../src/lib/index.ts'
import type { CheckContext, Figure } from '../../harness/index.ts'
import { until } from '../../parallel.ts'
import { type MoneyNode, openMoneyNode } from './money-node.ts'

const LIMIT = 100_000n
const LOOK_MS = 5_000
const ALARM_MS_MAX = 60_000
const CREDIT = 1_000_000_000n
const WINDOW_MS = 300_000
const SHARED = 20

const SETTINGS: AbuseSettings = {
  ...ABUSE_DEFAULTS,
  spike: { amount: LIMIT, times: undefined, least: 1n, isPausing: true },
  sharedKeyAddresses: SHARED,
}

/** Keys in the hands of others: those that spend at once what their owners do not, and those that are used from everywhere. */
export async function spendingSpikes(context: CheckContext): Promise<Readonly<Record<string, Figure>>> {
  const store = await openMoneyStore()
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  // What is settled is told to what watches, which needs the node's clock first.
  let watch: Watch | undefined
  const node = await openMoneyNode(store, (settlement) => watch?.onSettled(settlement))
  watch = openAbuseBy({
    ...{ settings: SETTINGS, appDatabase: database, clock: node.clock, ids: systemIds(node.clock.now), mailer: undefined },
    keys: {
      subjects: store.subjects,
      ipTags: { ipTag: async () => undefined, placeTag: async (place: number) => createHash('sha256').update(String(place)).digest() },
    },
    log: (event) => void node.log.push(event),
  })
  const place: Place = { context, store, database, node, watch }
  try {
    const latest: number[] = []
    for (let round = 0; round < Math.max(2, Math.ceil(context.n / 50)); round += 1) latest.push(await spike(place, round))
    await steady(place)
    const addresses = await sharing(place)
    const { ok, problems } = await verified(store)
    context.expect(ok, `the books do not agree: ${problems}`)
    return { spikes: latest.length, alarmSecondsMax: Math.max(...latest) / 1_000, addressesAtAlarm: addresses }
  } finally {
    await node.close()
    await database.end()
    await store.drop()
  }
}

type Watch = ReturnType<typeof openAbuseBy>
type Place = {
  readonly context: CheckContext
  readonly store: MoneyStore
  readonly database: Database
  readonly node: MoneyNode
  readonly watch: Watch
}

/** A thief calls as often as it goes; resolves with how many milliseconds of the clock after the limit was passed the key rested. */
async function spike({ context, store, database, node, watch }: Place, round: number): Promise<number> {
  const random = seededRandom(context.seed + round)
  const customer = await store.newCustomer(CREDIT)
  let [spent, passedAt, sinceLook] = [0n, 0, 0]
  const began = node.clock.now()
  while (node.clock.now() - began < WINDOW_MS + ALARM_MS_MAX) {
    const cost = BigInt(1 + random.below(9_000))
    const refused = await node.call({ customer, hold: cost + 1_000n, cost })
    if (refused !== undefined) break
    spent += cost
    if (passedAt === 0 && spent > LIMIT) passedAt = node.clock.now()
    const waitMs = random.below(2_000)
    node.clock.forward(waitMs)
    sinceLook += waitMs
    if (sinceLook < LOOK_MS) continue
    sinceLook = 0
    await watch.look()
    if ((await pausedFor(database, customer)) !== undefined) break
  }
  const tookMs = node.clock.now() - passedAt
  context.expect((await pausedFor(database, customer)) === 'spike', 'a key that spent too much does not rest')
  context.expect(passedAt > 0, 'a key rests that did not spend too much')
  context.expect(tookMs <= ALARM_MS_MAX, `a key rested ${tookMs} ms after it had spent too much`)
  // Gateways and control hear of it as of a revocation.
  const told = await until(
    () => node.call({ customer, hold: 1n, cost: 1n }),
    (code) => code === 'key',
    1_000,
  )
  context.expect(told === 'key', `a call of a key that rests is answered ${told ?? 'as usual'}`)
  return tookMs
}

/** Whoever spends just below the limit, for as long as they like, is let. */
async function steady({ context, store, database, node, watch }: Place): Promise<void> {
  const customer = await store.newCustomer(CREDIT)
  for (let minute = 0; minute < 20; minute += 1) {
    await node.call({ customer, hold: LIMIT / 7n, cost: LIMIT / 7n })
    node.clock.forward(60_000)
    await watch.look()
  }
  context.expect((await pausedFor(database, customer)) === undefined, 'a key rests that never spent too much within five minutes')
}

/** A key that is used from many places raises one alarm and goes on; resolves with how many addresses the alarm tells. */
async function sharing({ context, store, database, node, watch }: Place): Promise<number> {
  const [shared, own] = [await store.newCustomer(CREDIT), await store.newCustomer(CREDIT)]
  const before = alarms(node, shared).length
  for (let index = 0; index < Math.max(100, context.n); index += 1) {
    watch.onGranted({ ...shared, ipTag: randomBytes(6).readUIntBE(0, 6) })
    watch.onGranted({ ...own, ipTag: index % SHARED })
    if (index % 10 === 0) await watch.look()
  }
  await watch.look()
  const raised = alarms(node, shared).slice(before)
  context.expect(raised.length === 1, `a key that is used from everywhere raised ${raised.length} alarms in a day`)
  context.expect(alarms(node, own).length === 0, 'a key that is used from as many places as it may raised an alarm')
  context.expect((await pausedFor(database, shared)) === undefined, 'a key rests for where it was used from')
  return Number(raised[0]?.['items'] ?? 0)
}

const alarms = ({ log }: MoneyNode, { accountId }: Customer) =>
  log.filter(({ event, account, part }) => event === 'key-alarm' && part === 'shared' && account === accountId)

const pausedFor = async (database: Database, { keyId }: Customer) => (await findKeyById(database, keyId))?.pausedFor

async function verified({ ledger }: MoneyStore): Promise<{ readonly ok: boolean; readonly problems: string }> {
  const { problems } = await ledger.verify()
  return { ok: problems.length === 0, problems: problems.map(String).join(', ') }
}
