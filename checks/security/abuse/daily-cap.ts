import { createHash, randomBytes } from 'node:crypto'
import { seededRandom } from '../../../sim/index.ts'
import { abuseSettingsOf } from '../../../src/abuse/index.ts'
import { type MoneyStore, openAbuseBy, openMoneyStore } from '../../../src/control/testing.ts'
import { connect, type Database, sql } from '../../../src/db/index.ts'
import { createKey } from '../../../src/keys/index.ts'
import { type NanoUsd, systemClock, systemIds } from '../../../src/lib/index.ts'
import type { CheckContext, Figure } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { dayWithRoom } from '../../whole-minute.ts'
import { openMoneyNode } from './money-node.ts'

const NO_LIMITS = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
const AT_ONCE = 16
const [CAP_USD, CAP] = ['0.00005', 50_000n] as const

/** A new key has the cap of the house, and however many call with it at once, they spend up to it and not one nano-USD more. */
export async function dailyCap(context: CheckContext): Promise<Readonly<Record<string, Figure>>> {
  await dayWithRoom(120_000)
  const store = await openMoneyStore()
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  const node = await openMoneyNode(store)
  try {
    const random = seededRandom(context.seed)
    const customer = await newCapped(store, database)
    const costs = Array.from({ length: Math.max(200, context.n) }, () => 1n + BigInt(random.below(1_000)))
    const told = await inParallel(costs, AT_ONCE, (cost) => node.call({ customer, hold: cost + BigInt(random.below(500)), cost }))
    // What is left covers the smallest call there is, again and again, and then nothing.
    for (let tries = 0; tries < 2_000 && (await node.call({ customer, hold: 1n, cost: 1n })) === undefined; tries += 1);
    await node.control.writer.drain()
    const [row] = await store.database.query<{ spent: NanoUsd }>(sql`
      select coalesce(sum(cost), 0)::bigint as spent from usage_event where key_id = ${customer.keyId}::uuid`)
    const spent = row?.spent ?? 0n
    context.expect(spent === CAP, `a key whose cap is ${CAP} nano-USD spent ${spent}`)
    context.expect(told.includes('budget'), 'blind: the cap was never reached')
    context.expect(
      told.every((code) => code === undefined || code === 'budget'),
      `a call was refused for ${told.find((code) => code !== undefined && code !== 'budget')}`,
    )
    return { capNanoUsd: Number(CAP), overshootNanoUsd: Number(spent > CAP ? spent - CAP : 0n) }
  } finally {
    await node.close()
    await database.end()
    await store.drop()
  }
}

/** A customer whose key was made with what the house sets. */
async function newCapped(store: MoneyStore, database: Database) {
  const settings = abuseSettingsOf({ default_daily_cap: CAP_USD })
  const { newKeyCap } = openAbuseBy({
    ...{ settings, appDatabase: database, clock: systemClock, ids: systemIds(systemClock.now), mailer: undefined, log: () => undefined },
    keys: {
      subjects: store.subjects,
      ipTags: { ipTag: async () => undefined, placeTag: async (place: number) => createHash('sha256').update(String(place)).digest() },
    },
  }).forApi.abuse
  if (newKeyCap === undefined) throw new TypeError('the house sets a cap')
  const { accountId } = await store.newCustomer(1_000_000_000n)
  const made = { id: systemIds(systemClock.now).uuid(), accountId, name: 'k', limits: NO_LIMITS, models: undefined, expiresAt: undefined }
  const { key } = await createKey(database, store.subjects, {
    ...made,
    spendCap: newKeyCap,
    random: randomBytes(32),
    now: systemClock.now(),
  })
  return { accountId, keyId: key.id }
}
