// Guarantee: a gateway is told the ranges of addresses that a key may be used from as they are now, in numbers; of two secrets of a key the one before ends
// when it was said to, at once where that is now, however fresh the answer of a moment ago was.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { AUTHORIZE_STATUSES } from '../channel/index.ts'
import { sql } from '../db/index.ts'
import { ControlClient } from '../gateway/control-client.ts'
import { NO_EVENTS } from '../gateway/testing.ts'
import { changeKey, createKey, endOldSecret, hashKey, rangesOfFound, rotateKey } from '../keys/index.ts'
import { type Network, parseNetwork, showNetwork, systemClock } from '../lib/index.ts'
import { GatewaySessions } from './gateway-sessions.ts'
import { HealthBoard } from './health-board.ts'
import { KeyDirectory } from './key-directory.ts'
import { type MoneyStore, openMoneyStore, startTestControl } from './testing.ts'

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

const networkOf = (text: string): Network => parseNetwork(text) ?? assert.fail(text)
const NO_LIMITS = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

async function begin(context: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-rules-'))
  const path = join(directory, 'channel.sock')
  const control = await startTestControl({ store, nodeId: randomUUID(), clock: systemClock, log: [] })
  const keys = new KeyDirectory(store.ownerDatabase, {
    ...{ clock: systemClock, waitMs: 60_000 },
    openRanges: (found) => rangesOfFound(found, store.subjects),
  })
  const sessions = new GatewaySessions({
    ...{
      desk: control.desk,
      keys,
      clock: systemClock,
      log: () => {},
      ipSalt: 1,
      health: new HealthBoard(systemClock),
      onResumed: () => {},
    },
  })
  await sessions.listen(path)
  const client = new ControlClient({ path, gatewayId: randomUUID(), pid: 1, clock: systemClock, events: NO_EVENTS })
  context.after(() => {
    client.end()
    sessions.close()
    rmSync(directory, { recursive: true })
  })
  for (const end = Date.now() + 5000; !client.isConnected; await new Promise(setImmediate)) assert.ok(Date.now() < end)
  const ask = async (secret: string) => {
    const answer = (await client.authorize(hashKey(secret))) ?? assert.fail('no answer')
    return { status: AUTHORIZE_STATUSES[answer.status], from: answer.networks?.map(showNetwork), leftMs: answer.expiresInMs }
  }
  return { keys, ask }
}

async function newKey(ipRanges?: readonly Network[]) {
  const { accountId } = await store.newCustomer(0n)
  const made = { models: undefined, ipRanges, expiresAt: undefined, random: randomBytes(32), now: Date.now() }
  const { key, secret } = await createKey(store.ownerDatabase, store.subjects, {
    id: randomUUID(),
    accountId,
    name: 'k',
    limits: NO_LIMITS,
    ...made,
  })
  return { accountId, id: key.id, secret }
}

test('ranges cross as they are, are read sealed, and a change of them is told by the next answer', async (context) => {
  const { keys, ask } = await begin(context)
  const ranges = ['192.0.2.0/24', '2001:db8::/33', '198.51.100.7/32']
  const { secret, ...own } = await newKey(ranges.map(networkOf))
  assert.deepEqual(await ask(secret), { status: 'ok', from: ranges, leftMs: 0 })
  const [row] = await store.ownerDatabase.query<{ sealed: Buffer }>(
    sql`select ip_ranges_sealed as sealed from api_key where id = ${own.id}::uuid`,
  )
  assert.ok(!String(row?.sealed).includes('192.0'), 'an address lies readable')
  await changeKey(store.ownerDatabase, store.subjects, { ...own, ipRanges: [networkOf('10.0.0.0/8')], now: Date.now() })
  keys.forgetKey(own.id)
  assert.deepEqual((await ask(secret)).from, ['10.0.0.0/8'])
  await changeKey(store.ownerDatabase, store.subjects, { ...own, name: 'other', now: Date.now() })
  keys.forgetKey(own.id)
  assert.deepEqual((await ask(secret)).from, ['10.0.0.0/8'], 'what is not named stays')
  await changeKey(store.ownerDatabase, store.subjects, { ...own, ipRanges: null, now: Date.now() })
  keys.forgetKey(own.id)
  assert.equal((await ask(secret)).from, undefined)
  await store.subjects.destroy(own.accountId)
})

test('ranges that can be read by nobody let a key be used from nowhere', async (context) => {
  const { ask } = await begin(context)
  const { secret, accountId } = await newKey([networkOf('10.0.0.0/8')])
  await store.subjects.destroy(accountId)
  assert.deepEqual((await ask(secret)).from, [])
})

test('after a rotation both secrets work until the time is over, and the one that was ended is refused at once', async (context) => {
  const { keys, ask } = await begin(context)
  const { secret: first, ...own } = await newKey()
  const rotate = (overlapHours: number, random = randomBytes(32)) =>
    rotateKey(store.ownerDatabase, store.subjects, { ...own, random, overlapHours, now: Date.now() })
  assert.equal((await ask(first)).status, 'ok')
  const random = randomBytes(32)
  const { secret: second, key } = await rotate(1, random)
  assert.equal(key.id, own.id, 'it is the same key')
  keys.forgetKey(own.id)
  assert.deepEqual([(await ask(second)).status, (await ask(second)).leftMs], ['ok', 0])
  const old = await ask(first)
  assert.equal(old.status, 'ok')
  assert.ok(old.leftMs > 3_590_000 && old.leftMs <= 3_600_000, String(old.leftMs))
  assert.equal((await ask(second)).leftMs, 0, 'the new one is not bounded by the old')
  assert.equal(
    (await rotate(9, random)).key.oldSecretUntil?.getTime(),
    key.oldSecretUntil?.getTime(),
    'the same bytes change nothing again',
  )
  assert.equal((await ask(second)).status, 'ok')
  await endOldSecret(store.ownerDatabase, store.subjects, { ...own, now: Date.now() })
  keys.forgetKey(own.id)
  assert.deepEqual([(await ask(second)).status, (await ask(first)).status], ['ok', 'replaced'])
  const { secret: third } = await rotate(0)
  keys.forgetKey(own.id)
  assert.deepEqual([(await ask(third)).status, (await ask(second)).status, (await ask(first)).status], ['ok', 'replaced', 'unknown'])
})
