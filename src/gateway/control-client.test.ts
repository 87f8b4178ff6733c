// Guarantee: a gateway forgets no call that control could forget: it tells open calls, then settlements, then that it has told all, after
// each break of the channel, until they are acknowledged; and money that is granted too late is given back.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type CONTROL_MESSAGES,
  type ControlMessage,
  type GATEWAY_MESSAGES,
  type GatewayMessage,
  Link,
  makeCodec,
  NONE_U32,
  SPELLED_CONTROL,
  SPELLED_GATEWAY,
} from '../channel/index.ts'
import { systemClock } from '../lib/index.ts'
import { HOLD_TIME_BOUNDS, NO_USAGE, OUTCOMES } from '../spec/index.ts'
import { ControlClient } from './control-client.ts'
import { askHold, NO_EVENTS } from './testing.ts'

/** How far the clock of all clients here is put on, in milliseconds. */
let ahead = 0
const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + ahead }

function pass(context: TestContext, millis: number): void {
  ahead += millis
  context.mock.timers.tick(millis)
}

type Heard = { readonly name: keyof typeof GATEWAY_MESSAGES; readonly seq: number }
const codec = { gateway: makeCodec(SPELLED_GATEWAY), control: makeCodec(SPELLED_CONTROL) }
const LIMITS = { limitRequests: 0, remainingRequests: 0, resetRequestsMs: 0, limitTokens: 0, remainingTokens: 0, resetTokensMs: 0 }
const DAY = 20_000

/** A control process that only listens, and says what a test tells it to. */
class ScriptedControl {
  readonly path: string
  heard: Heard[] = []
  readonly settled: GatewayMessage<'settle'>[] = []
  readonly timed: GatewayMessage<'timed'>[] = []
  #server: net.Server | undefined
  #links: Link<typeof CONTROL_MESSAGES, typeof GATEWAY_MESSAGES>[] = []
  #sockets: net.Socket[] = []

  constructor(path: string) {
    this.path = path
  }

  async listen(): Promise<void> {
    this.#server = net.createServer((socket) => this.#accept(socket)).listen(this.path)
    await once(this.#server, 'listening')
  }

  /** Breaks every connection; what was not read is lost. */
  async close(): Promise<void> {
    const server = this.#server
    for (const socket of this.#sockets.splice(0)) socket.destroy()
    this.#links = []
    if (server?.listening === true) await new Promise((resolve) => server.close(resolve))
  }

  grant(seq: number): void {
    const granted: ControlMessage<'granted'> = { seq, day: DAY, heldAt: 0, ...LIMITS }
    for (const link of this.#links) link.send('granted', granted)
  }

  acknowledge(seq: number): void {
    for (const link of this.#links) link.send('settled', { seq })
  }

  async hear(isEnough: (heard: readonly Heard[]) => boolean): Promise<void> {
    for (const until = Date.now() + 5000; !isEnough(this.heard); await delay(2)) assert.ok(Date.now() < until, JSON.stringify(this.heard))
  }

  #accept(socket: net.Socket): void {
    const note = (name: Heard['name']) => (message: object) => {
      this.heard.push({ name, seq: 'seq' in message ? Number(message.seq) : 0 })
    }
    const handlers = {
      ...{ hello: note('hello'), authorize: note('authorize'), hold: note('hold'), renew: note('renew') },
      ...{ progress: note('progress'), resumed: note('resumed') },
      ...{ routeHealth: note('routeHealth'), keyHealth: note('keyHealth'), vitals: note('vitals'), pay: note('pay') },
      timed: (message: GatewayMessage<'timed'>) => this.timed.push(message),
      settle: (message: GatewayMessage<'settle'>) => {
        this.heard.push({ name: 'settle', seq: message.seq })
        this.settled.push(message)
      },
    }
    this.#sockets.push(socket)
    this.#links.push(new Link({ socket, out: codec.control, in: codec.gateway, handlers, onClose: () => {} }))
  }
}

const connect = ({ path }: ScriptedControl): ControlClient =>
  new ControlClient({ path, gatewayId: randomUUID(), pid: 1, clock, events: NO_EVENTS })

async function begin(context: TestContext): Promise<{ readonly control: ScriptedControl; readonly client: ControlClient }> {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-client-'))
  const control = new ScriptedControl(join(directory, 'channel.sock'))
  await control.listen()
  const client = connect(control)
  context.after(async () => {
    client.end()
    await control.close()
    rmSync(directory, { recursive: true })
  })
  await control.hear((heard) => heard.some(({ name }) => name === 'resumed'))
  return { control, client }
}

const holdOf = (seq: number): GatewayMessage<'hold'> => ({
  ...{ seq, requestId: randomUUID(), keyId: randomUUID(), accountId: randomUUID(), modelSerial: 1, priceVersion: 1, amount: 5n },
  ...{ tokens: 1, startedAt: 1, ipTag: 1, isPart: 0, multiplier: 1_000_000, serviceTier: 0 },
})
const settleOf = (hold: GatewayMessage<'hold'>): GatewayMessage<'settle'> => ({
  ...{ ...hold, ...NO_USAGE, day: DAY, heldAt: 0, routeSerial: 1, outcome: 0, status: 200, usageSource: 1, reportedModel: 1 },
  ...{ isStream: 0, isSuspect: 0, latencyMs: 1, firstByteMs: 1, reportedInput: NONE_U32, reportedOutput: NONE_U32 },
})
const names = (heard: readonly Heard[]): string => heard.map(({ name, seq }) => `${name} ${seq}`).join(', ')

async function granted(control: ScriptedControl, client: ControlClient): Promise<GatewayMessage<'hold'>> {
  const hold = holdOf(client.nextSeq())
  const answer = askHold(client, hold)
  await control.hear((heard) => heard.some(({ name, seq }) => name === 'hold' && seq === hold.seq))
  control.grant(hold.seq)
  assert.equal((await answer).isGranted, true)
  return hold
}

test('after a break it tells open calls, then settlements, then that this is all, then holds that were not answered', async (context) => {
  const { control, client } = await begin(context)
  const [open, ended, acknowledged] = [await granted(control, client), await granted(control, client), await granted(control, client)]
  client.settle(settleOf(acknowledged))
  await control.hear((heard) => heard.some(({ name }) => name === 'settle'))
  control.acknowledge(acknowledged.seq)
  await client.idle(1000)
  client.settle(settleOf(ended))
  const waiting = holdOf(client.nextSeq())
  const answer = askHold(client, waiting)
  for (let breaks = 0; breaks < 3; breaks += 1) {
    await control.close()
    control.heard = []
    await control.listen()
    await control.hear((heard) => heard.length >= 5)
    assert.equal(names(control.heard), `hello 0, renew ${open.seq}, settle ${ended.seq}, resumed 0, hold ${waiting.seq}`)
  }
  control.grant(waiting.seq)
  assert.equal((await answer).isGranted, true)
})

test('a settlement that is made while control is away is told when it is back, and each time until it is acknowledged', async (context) => {
  const { control, client } = await begin(context)
  const hold = await granted(control, client)
  await control.close()
  client.settle(settleOf(hold))
  let isIdle = false
  const idle = client.idle(20_000).then(() => (isIdle = true))
  for (let breaks = 0; breaks < 2; breaks += 1) {
    await control.listen()
    control.heard = []
    await control.hear((heard) => heard.some(({ name }) => name === 'settle'))
    assert.equal(isIdle, false)
    if (breaks === 0) await control.close()
  }
  control.acknowledge(hold.seq)
  await idle
  assert.deepEqual(control.settled.at(-1), settleOf(hold))
  await control.close()
  control.heard = []
  await control.listen()
  await control.hear((heard) => heard.some(({ name }) => name === 'resumed'))
  assert.equal(names(control.heard), 'hello 0, resumed 0', 'nothing that is acknowledged is told again')
})

test('who waits for it to be idle waits for a call that is still to be settled', async (context) => {
  const { control, client } = await begin(context)
  const hold = await granted(control, client)
  let isIdle = false
  const idle = client.idle(20_000).then(() => (isIdle = true))
  await delay(20)
  assert.equal(isIdle, false, 'the connection of its client may be gone already')
  client.settle(settleOf(hold))
  await control.hear((heard) => heard.some(({ name }) => name === 'settle'))
  assert.equal(isIdle, false)
  control.acknowledge(hold.seq)
  await idle
})

test('a grant that comes after its call has given up is voided, once', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { control, client } = await beginUnmocked(context)
  const hold = holdOf(client.nextSeq())
  const answer = askHold(client, hold)
  pass(context, 5_000)
  assert.deepEqual(await answer, { isGranted: false, refused: undefined })
  context.mock.timers.reset()
  control.grant(hold.seq)
  control.grant(hold.seq)
  await control.hear((heard) => heard.some(({ name }) => name === 'settle'))
  await delay(20)
  const [voided, ...more] = control.settled
  assert.equal(more.length, 0)
  assert.equal(voided?.requestId, hold.requestId)
  assert.equal(OUTCOMES[voided?.outcome ?? 0], 'voided')
  assert.equal(voided?.day, DAY, 'the row goes where the hold said')
  assert.equal(voided?.amount, 5n)
})

/** Connects while only the timers of calls are the test's. */
async function beginUnmocked(context: TestContext): ReturnType<typeof begin> {
  context.mock.timers.reset()
  const begun = await begin(context)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  return begun
}

test('a hold that was never sent is forgotten when its call gives up', async (context) => {
  const { control, client } = await begin(context)
  await control.close()
  for (const until = Date.now() + 2000; client.isConnected; await delay(2)) assert.ok(Date.now() < until)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const answer = askHold(client, holdOf(client.nextSeq()))
  pass(context, 5_000)
  assert.equal((await answer).isGranted, false)
  context.mock.timers.reset()
  control.heard = []
  await control.listen()
  await delay(150)
  assert.ok(!control.heard.some(({ name }) => name === 'hold'), names(control.heard))
})

test('how long holds took is told once, added up: with the vitals, when control is back, and at the end', async (context) => {
  const { control, client: early } = await begin(context)
  early.end()
  await control.close()
  control.heard = []
  // Control is not there yet.
  const client = connect(control)
  const vitals = { residentKib: 1, loopDelayMicros: 0, cpuMillis: 0, refused: 0, handedOver: 0 }
  const toldAgain = async (): Promise<readonly GatewayMessage<'timed'>[]> => {
    client.vitals(vitals)
    await control.hear((heard) => heard.some(({ name }) => name === 'vitals'))
    control.heard = []
    return control.timed.splice(0)
  }
  client.timed(0.2)
  client.vitals(vitals)
  client.timed(0.2)
  await control.listen()
  await control.hear((heard) => heard.some(({ name }) => name === 'resumed'))
  assert.deepEqual(await toldAgain(), [{ place: 3, count: 2, micros: 400 }])
  assert.deepEqual(await toldAgain(), [])
  for (const millis of [0.05, 0.0501, 0.1, 1_000, 1_000.001, 7_000]) client.timed(millis)
  assert.deepEqual(await toldAgain(), [
    { place: 0, count: 2, micros: 100 },
    { place: 1, count: 1, micros: 100 },
    { place: HOLD_TIME_BOUNDS.length - 1, count: 1, micros: 1_000_000 },
    { place: HOLD_TIME_BOUNDS.length, count: 2, micros: 8_000_001 },
  ])
  assert.deepEqual(await toldAgain(), [])
  client.timed(0.3)
  client.end()
  for (const until = Date.now() + 5_000; control.timed.length === 0; await delay(2)) assert.ok(Date.now() < until, 'it is never told')
  assert.deepEqual(control.timed, [{ place: 5, count: 1, micros: 300 }])
})
