// Guarantee: whatever comes in whatever order, every hold of a session is settled exactly once, what goes to the upstream was held for
// before, and after a session's end nothing of it is held.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import type { GatewayMessage } from '../../channel/index.ts'
import { ChurnMap } from '../../lib/index.ts'
import { responseCall, SESSION_REFUSALS, type ServerEvent } from '../../protocols/index.ts'
import { flatPrice, type Model, NO_USAGE, type Route, type Upstream } from '../../spec/index.ts'
import type { Gateway } from '../gateway.ts'
import type { Plan } from '../route.ts'
import { boundsOf } from '../route.ts'
import { targetOf } from '../targets.ts'
import { Funds } from './funds.ts'
import { HoldRefused } from './hold-refused.ts'
import { SessionMeter } from './session-meter.ts'
import { SessionOver } from './session-over.ts'

const seed = Math.floor(performance.timeOrigin) % 2 ** 31

const route: Route = { serial: 7, upstreamSerial: 1, upstreamModel: 'up', priority: 1, cost: undefined }
const upstream: Upstream = { serial: 1, id: 'u', kind: 'openai-compatible', baseUrl: 'http://u/v1', placement: 'local', privacy: {} }
const price = flatPrice({ input: 1_000n, output: 2_000n })
const model: Model = { serial: 3, id: 'voice', context: 100, outputMax: 50, createdAt: 0, priceVersion: 1, price, routes: [route] }
const target = targetOf(route, upstream)
const call = responseCall('voice')
const plan: Plan = {
  ...{ model, legs: [{ target, protocol: SESSION_REFUSALS, call, translation: undefined }] },
  ...boundsOf(call, model, 1_000_000),
}

/** A control process that grants as many holds at a time as there is money for, each on a later turn. */
function fakeControl(placesAtOnce: number) {
  const granted = new Map<string, number>()
  let held = 0
  let seq = 0
  const control = {
    nextSeq: () => {
      seq += 1
      return seq
    },
    hold: async (message: GatewayMessage<'hold'>) => {
      await nextTurn()
      if (held >= placesAtOnce) return { isGranted: false, refused: { reason: 0, retryAfterMs: 0, limit: 0 } }
      held += 1
      granted.set(message.requestId, 0)
      return { isGranted: true, granted: { day: 1 } }
    },
    settle: ({ requestId }: GatewayMessage<'settle'>) => {
      const times = granted.get(requestId)
      assert.notEqual(times, undefined, 'what was never held is settled')
      granted.set(requestId, (times ?? 0) + 1)
      held -= 1
    },
    timed: () => undefined,
    progress: () => undefined,
  }
  return { control, granted, held: () => held }
}

function session(placesAtOnce: number) {
  const fake = fakeControl(placesAtOnce)
  let ids = 0
  const gateway = {
    control: fake.control,
    clock: { now: () => 1_000, monotonic: () => 1_000 },
    ids: {
      uuid: () => {
        ids += 1
        return `id-${ids}`
      },
    },
    callers: { forgetKey: () => undefined },
    openCalls: new ChurnMap(),
  } as unknown as Gateway
  const caller = { keyId: 'k', accountId: 'a', expiresAt: Number.POSITIVE_INFINITY, models: undefined, multiplier: 1_000_000 }
  const funds = new Funds(gateway, { caller: () => caller, ipTag: 1 })
  funds.responses.plan = () => plan
  let refusals = 0
  const onRefused = (): void => {
    refusals += 1
  }
  const newId = (): string => gateway.ids.uuid()
  const meter = new SessionMeter({ funds, target, plan, planTranscript: () => plan, newId, cancel: () => undefined, onRefused })
  return { ...fake, funds, meter, gateway, refusals: () => refusals }
}

const told = { usage: { ...NO_USAGE, input: 10, output: 5 }, isSuspect: false }
const id = fc.constantFrom('r1', 'r2', 'r3', 'r4')
const instead = (): string => ''
const serverEvent: fc.Arbitrary<ServerEvent> = fc.oneof(
  id.map((one): ServerEvent => ({ kind: 'response-created', id: one })),
  id.map((one): ServerEvent => ({ kind: 'response-grew', id: one, made: { textTokens: 3, textBytes: 12, soundBytes: 0 } })),
  id.map((one): ServerEvent => ({ kind: 'response-done', id: one, isFailed: false, told, code: '', instead })),
  id.map(
    (one): ServerEvent => ({
      kind: 'response-done',
      id: one,
      isFailed: true,
      told: { usage: undefined, isSuspect: false },
      code: '',
      instead,
    }),
  ),
  id.map((itemId): ServerEvent => ({ kind: 'heard', itemId })),
  id.map((itemId): ServerEvent => ({ kind: 'transcribed', itemId, told })),
  id.map((itemId): ServerEvent => ({ kind: 'not-transcribed', itemId })),
  fc.boolean().map((answersUnasked): ServerEvent => ({ kind: 'session', answersUnasked, model: 'up', transcriber: 'up' })),
  fc.constant<ServerEvent>({ kind: 'session', answersUnasked: undefined, model: undefined, transcriber: 'off' }),
)
const clientEvent = fc.constantFrom(
  { type: 'response.create', event_id: 'same' },
  { type: 'input_audio_buffer.append', audio: 'AAAA' },
  { type: 'session.update', session: { audio: { input: { transcription: { model: 'ears' } } } } },
  { type: 'session.update', session: { turn_detection: null } },
)
const steps = fc.array(
  fc.oneof(
    serverEvent.map((server) => ({ server })),
    clientEvent.map((client) => ({ client })),
  ),
  { maxLength: 40 },
)

const expected = (thrown: unknown): void => {
  if (!(thrown instanceof HoldRefused || thrown instanceof SessionOver)) throw thrown
}

test(`every hold is settled once, and none is left (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat({ max: 6 }), fc.nat({ max: 40 }), async (events, placesAtOnce, endsAfter) => {
      const { meter, funds, granted, held, gateway } = session(placesAtOnce)
      const running: Promise<unknown>[] = []
      for (const [at, step] of events.entries()) {
        if (at === endsAfter) funds.close('client-aborted', 499)
        if ('server' in step) running.push(meter.take(step.server).catch(expected))
        else running.push(meter.admit(Buffer.from(JSON.stringify(step.client))).catch(expected))
        await nextTurn()
      }
      funds.close('client-aborted', 499)
      await Promise.all(running)
      for (let turns = 0; turns < 5; turns += 1) await nextTurn()
      for (const [requestId, times] of granted) assert.equal(times, 1, `${requestId} was settled ${times} times`)
      assert.deepEqual([held(), gateway.openCalls.size, funds.openCount], [0, 0, 0])
    }),
    { seed, numRuns: 300 },
  )
})

test(`what asks for an answer goes out only when there is a hold for it and for each that was asked before (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 5 }), async (placesAtOnce) => {
      const { meter, held } = session(placesAtOnce)
      await meter.take({ kind: 'session', answersUnasked: false, model: 'up', transcriber: undefined })
      let sent = 0
      for (let asked = 0; asked < 8; asked += 1) {
        const text = await meter.admit(Buffer.from('{"type":"response.create","event_id":"same"}')).catch(expected)
        if (typeof text === 'string') sent += 1
        assert.ok(held() >= sent)
      }
      assert.equal(sent, placesAtOnce)
    }),
    { seed },
  )
})
