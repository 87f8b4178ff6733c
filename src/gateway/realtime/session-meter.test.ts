// Guarantee: whatever comes in whatever order, every hold of a session is settled exactly once, what goes to the upstream was held for
// before, and after a session's end nothing of it is held.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import type { ServerEvent } from '../../protocols/index.ts'
import { NO_USAGE } from '../../spec/index.ts'
import { HoldRefused } from './hold-refused.ts'
import { SessionMeter } from './session-meter.ts'
import { SessionOver } from './session-over.ts'
import { fakeSession, PLAN, TARGET } from './testing.ts'

const seed = Math.floor(performance.timeOrigin) % 2 ** 31

function session(placesAtOnce: number) {
  const fake = fakeSession(placesAtOnce)
  const { funds, gateway } = fake
  let refusals = 0
  const onRefused = (): void => {
    refusals += 1
  }
  const newId = (): string => gateway.ids.uuid()
  const options = { funds, target: TARGET, plan: PLAN, planTranscript: () => PLAN, newId, cancel: () => undefined, onRefused }
  return { ...fake, meter: new SessionMeter(options), refusals: () => refusals }
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
    fc.asyncProperty(steps, fc.nat({ max: 6 }), fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 })), async (events, placesAtOnce, times) => {
      const { meter, funds, granted, held, gateway } = session(placesAtOnce)
      const [leavesAfter, endsAfter] = [Math.min(...times), Math.max(...times)]
      const end = (): void => {
        meter.cutShort('client-aborted')
        meter.beginAsked()
        funds.close('client-aborted', 499)
      }
      const running: Promise<unknown>[] = []
      for (const [at, step] of events.entries()) {
        if (at === leavesAfter) meter.cutShort('client-aborted')
        if (at === endsAfter) end()
        if ('server' in step) running.push(meter.take(step.server).catch(expected))
        else running.push(meter.admit(Buffer.from(JSON.stringify(step.client))).catch(expected))
        await nextTurn()
      }
      end()
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
