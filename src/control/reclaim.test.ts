// Guarantee: a caller is never refused for money that lies idle in another node's slice; it is asked for and comes back at once, in both
// directions at the same time, and not a nano-dollar more is granted than there is; a node that cannot answer is our delay, not a lack of credit.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { listenForChanges, sql } from '../db/index.ts'
import { askForIdle, beat, type HoldResult } from '../ledger/index.ts'
import { type LogEvent, systemClock } from '../lib/index.ts'
import { type MoneyStore, openMoneyStore, startTestControl, type TestControl, testClock } from './testing.ts'

let store: MoneyStore
const nodes: { readonly control: TestControl; readonly id: string; asked: number }[] = []
const endings: (() => Promise<void>)[] = []
before(async () => {
  store = await openMoneyStore()
  for (let index = 0; index < 2; index += 1) nodes.push(await startNode())
})
after(async () => {
  for (const end of endings) await end()
  await store.drop()
})

/** A control process that hears the notices of the real database. */
async function startNode() {
  const id = randomUUID()
  const reclaim = (accountId: string) => {
    node.asked += 1
    return askForIdle(store.database, accountId, id)
  }
  const control = await startTestControl({ store, nodeId: id, clock: systemClock, log: [] as LogEvent[], hooks: { reclaim } })
  const node = { control, id, asked: 0 }
  const listening = await listenForChanges(store.connection, 'farebox_change', (payload = '') => {
    const [noun, accountId = '', asker] = payload.split(':')
    if (noun === 'reclaim' && asker !== id) control.slices.giveBack(accountId)
  })
  endings.push(() => listening.end())
  await beat(store.database, { nodeId: id, epoch: control.term.epoch, isAnswering: true })
  return node
}

const at = (index: number): TestControl => nodes[index]?.control ?? assert.fail()
const hold = async (index: number, accountId: string, amount: bigint): Promise<HoldResult> => at(index).slices.hold(accountId, amount)
const end = (index: number, accountId: string, amount: bigint) => at(index).slices.charge(accountId, { hold: amount, cost: 0n })
const granted = (results: readonly HoldResult[]) => results.filter((result) => result === 'granted').length

test('money that is idle on one node is spent on the other', async () => {
  const { accountId } = await store.newCustomer(100n)
  assert.equal(await hold(0, accountId, 10n), 'granted')
  end(0, accountId, 10n)
  assert.equal((await store.ledger.balanceOf(accountId))?.available, 0n, 'all of it lies on the first node')
  for (const amount of [60n, 40n]) assert.equal(await hold(1, accountId, amount), 'granted')
  assert.equal(await hold(1, accountId, 1n), 'credit')
  end(1, accountId, 60n)
  assert.equal(await hold(0, accountId, 60n), 'granted', 'and back again')
  assert.equal(await hold(0, accountId, 1n), 'credit')
})

test('both nodes lack what the other has, at once: as much is granted as there is', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { accountId } = await store.newCustomer(100n)
    assert.deepEqual([await hold(0, accountId, 50n), await hold(1, accountId, 50n)], ['granted', 'granted'])
    for (const index of [0, 1]) end(index, accountId, 50n)
    const order: HoldResult[] = []
    const noted = async (index: number) => {
      const result = await hold(index, accountId, 60n)
      order.push(result)
      return result
    }
    const results = await Promise.all([noted(0), noted(1)])
    assert.deepEqual(order, ['granted', 'credit'], 'one of two that are worth more than half, and not only when the other has given up')
    end(results.indexOf('granted'), accountId, 60n)
    const both = await Promise.all([hold(0, accountId, 30n), hold(1, accountId, 70n)])
    assert.deepEqual(both, ['granted', 'granted'])
  }
})

test('four hundred calls of both nodes on a balance worth a hundred: a hundred are granted, with few questions', async () => {
  const { accountId } = await store.newCustomer(1000n)
  const asked = nodes.map((node) => node.asked)
  const results = await Promise.all(Array.from({ length: 400 }, (_, call) => hold(call % 2, accountId, 10n)))
  assert.equal(granted(results), 100)
  assert.ok(results.every((result) => result === 'granted' || result === 'credit'))
  for (const [index, node] of nodes.entries()) assert.ok(node.asked - (asked[index] ?? 0) <= 12, `${node.asked} questions`)
  const [row] = await store.database.query<{ sum: bigint }>(sql`
    select sum(amount)::bigint as sum from slice where account_id = ${accountId}::uuid`)
  assert.equal(row?.sum, 1000n)
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('nobody is asked when nobody has anything', async () => {
  const { accountId } = await store.newCustomer(5n)
  const heard: string[] = []
  const listening = await listenForChanges(store.connection, 'farebox_change', (payload = '') => void heard.push(payload))
  for (let times = 0; times < 5; times += 1) assert.equal(await hold(0, accountId, 10n), 'credit')
  await listening.end()
  assert.deepEqual(
    heard.filter((payload) => payload.includes(accountId)),
    [],
  )
})

test('money on a node that does not answer is our delay', async () => {
  const { accountId } = await store.newCustomer(100n)
  const deadId = randomUUID()
  const dead = await startTestControl({ store, nodeId: deadId, clock: testClock(), log: [] })
  assert.equal(await dead.slices.hold(accountId, 10n), 'granted')
  assert.equal(await hold(0, accountId, 50n), 'busy')
  await beat(store.database, { nodeId: deadId, epoch: dead.term.epoch, isAnswering: true })
  assert.equal(await hold(0, accountId, 50n), 'credit', 'what a node that answers keeps is in use')
})
