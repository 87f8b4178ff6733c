// Guarantee: a gateway that breaks the rules of the channel ends its channel and nothing else; one that goes and comes back in time keeps
// its calls; one that stays away is settled once; each is told what is sold to those who have no key.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type GATEWAY_MESSAGES, makeCodec, NONE_U32, SPELLED_GATEWAY } from '../channel/index.ts'
import { sql } from '../db/index.ts'
import { ControlClient, type ControlEvents } from '../gateway/control-client.ts'
import { askHold, NO_EVENTS } from '../gateway/testing.ts'
import { type LogEvent, systemClock } from '../lib/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { GatewaySessions, type SoldWithoutKey } from './gateway-sessions.ts'
import { HealthBoard } from './health-board.ts'
import { KeyDirectory } from './key-directory.ts'
import { type Customer, type MoneyStore, openMoneyStore, startTestControl, type TestControl } from './testing.ts'

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

const LOST_MS = 600
const codec = makeCodec(SPELLED_GATEWAY)
const bytesOf = <K extends keyof typeof GATEWAY_MESSAGES>(name: K, message: Parameters<typeof codec.write<K>>[1]): Buffer => {
  const buffer = Buffer.alloc(codec.sizeOf(name))
  codec.write(name, message, { block: codec.blockOf(buffer), offset: 0 })
  return buffer
}

async function begin(context: TestContext, sold?: SoldWithoutKey) {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-sessions-'))
  const path = join(directory, 'channel.sock')
  const events: LogEvent[] = []
  const log = (event: LogEvent): void => void events.push(event)
  const control = await startTestControl({ store, nodeId: randomUUID(), clock: systemClock, log: events })
  const keys = new KeyDirectory(store.ownerDatabase, { clock: systemClock, waitMs: 60_000 })
  const sessions = new GatewaySessions({
    desk: control.desk,
    keys,
    clock: systemClock,
    log,
    ipSalt: 1,
    health: new HealthBoard(systemClock),
    onResumed: () => {},
    lostMs: LOST_MS,
  })
  await sessions.listen(path, sold)
  const ends: (() => void)[] = [() => sessions.close()]
  context.after(() => {
    for (const end of ends.reverse()) end()
    rmSync(directory, { recursive: true })
  })
  const connect = (gatewayId: string = randomUUID(), more: Partial<ControlEvents> = {}): ControlClient => {
    const client = new ControlClient({ path, gatewayId, pid: 1, clock: systemClock, events: { ...NO_EVENTS, ...more } })
    ends.push(() => client.end())
    return client
  }
  const raw = (...messages: readonly Buffer[]): net.Socket => {
    const socket = net.connect(path).on('error', () => undefined)
    socket.write(Buffer.concat(messages))
    ends.push(() => socket.destroy())
    return socket
  }
  return { control, sessions, connect, raw, names: () => events.map(({ event }) => event) }
}

const holdOf = (seq: number, customer: Customer, amount = 40n) => ({
  ...{ seq, requestId: randomUUID(), ...customer, modelSerial: 1, priceVersion: store.prices[0]?.version ?? 0, amount, tokens: 1 },
  ...{ startedAt: Date.now(), ipTag: 1, isPart: 0, multiplier: 1_000_000, serviceTier: 0 },
})
const settleOf = (hold: ReturnType<typeof holdOf>, day: number, input: number) => ({
  ...{ ...hold, ...NO_USAGE, input, day, heldAt: 0, routeSerial: 1, outcome: 0, status: 200, usageSource: 1, reportedModel: 1 },
  ...{ isStream: 0, isSuspect: 0, latencyMs: 1, firstByteMs: 1, reportedInput: NONE_U32, reportedOutput: NONE_U32 },
})
const openMoney = ({ slices }: TestControl) => slices.totals().open

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 8000; !isSo(); await delay(5)) assert.ok(Date.now() < end, what)
}

test('what speaks before its hello, or in no known words, is cut off, and the next is served', async (context) => {
  const { control, connect, raw, names } = await begin(context)
  const customer = await store.newCustomer(100n)
  const early = raw(bytesOf('hold', holdOf(1, customer)))
  const strange = raw(Buffer.from([99, 1, 2, 3]))
  await until(() => early.destroyed && strange.destroyed, 'both are cut off')
  assert.deepEqual(names(), ['gateway-message-refused'])
  const client = connect()
  const hold = holdOf(client.nextSeq(), customer)
  const answer = await askHold(client, hold)
  assert.equal(answer.isGranted, true)
  client.settle(settleOf(hold, answer.isGranted ? answer.granted.day : 0, 7))
  await client.idle(5000)
  await control.writer.drain()
  assert.equal(openMoney(control), 0n)
})

test('a gateway that comes back in time, twice, keeps its calls; one that stays away is settled', async (context) => {
  const { control, connect, raw, sessions } = await begin(context)
  const customer = await store.newCustomer(100n)
  const gatewayId = randomUUID()
  const hold = holdOf(1, customer)
  const hello = bytesOf('hello', { gatewayId, pid: 1 })
  const first = raw(hello, bytesOf('hold', hold))
  await until(() => openMoney(control) === 40n, 'the call is open')
  const renew = bytesOf('renew', { ...hold, day: 0, heldAt: 0 })
  first.destroy()
  await delay(0.6 * LOST_MS)
  const second = raw(hello, renew, bytesOf('resumed', { open: 1 }))
  await until(() => sessions.connectedCount === 1, 'it is back')
  second.destroy()
  // The clock of the first absence would end now.
  await delay(0.6 * LOST_MS)
  assert.equal(openMoney(control), 40n, 'an absence counts from its own beginning')
  raw(hello, renew, bytesOf('progress', { seq: 1, routeSerial: 2, ...NO_USAGE, output: 11 })).end()
  await until(() => openMoney(control) === 0n, 'the call is settled when nobody comes back')
  await control.writer.drain()
  const late = connect(gatewayId)
  late.settle(settleOf(hold, 0, 30))
  await late.idle(5000)
  const rows = await store.database.query(sql`select cost, output from usage_event where request_id = ${hold.requestId}::uuid`)
  assert.deepEqual(rows, [{ cost: 11n, output: 11 }], 'charged once, as far as it was told')
})

test('a hold whose answer was lost with the channel is answered again and held once', async (context) => {
  const { control, raw } = await begin(context)
  const customer = await store.newCustomer(100n)
  const [hello, hold] = [bytesOf('hello', { gatewayId: randomUUID(), pid: 1 }), bytesOf('hold', holdOf(1, customer))]
  raw(hello, hold).destroySoon()
  await until(() => openMoney(control) === 40n, 'it is granted to nobody who hears it')
  let heard = 0
  raw(hello, bytesOf('resumed', { open: 0 }), hold).on('data', (bytes: Buffer) => {
    heard += bytes.length
  })
  await until(() => heard > 30, 'it is granted again')
  assert.equal(openMoney(control), 40n)
})

for (const isSoldToWallets of [false, true])
  test(`a gateway is told that wallets without an account are sold ${isSoldToWallets ? 'something' : 'nothing'}`, async (context) => {
    const { connect } = await begin(context, { till: undefined, isSoldToWallets })
    const told: number[] = []
    connect(randomUUID(), { onWelcome: (welcome) => void told.push(welcome.isSoldToWallets) })
    await until(() => told.length > 0, 'it is welcomed')
    assert.deepEqual(told, [isSoldToWallets ? 1 : 0])
  })
