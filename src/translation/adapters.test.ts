// What holds for every protocol: what it can say survives it, streamed or whole, cut anywhere, and nothing that anybody sends breaks it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { shortened } from '../protocols/testing.ts'
import { ADAPTERS } from './adapters.ts'
import { sample as anthropicMessages } from './anthropic-messages/testing.ts'
import { type Json, PROTOCOL_NAMES } from './call.ts'
import { sample as gemini } from './gemini/testing.ts'
import { makeLosses } from './loss.ts'
import { sample as openaiChat } from './openai-chat/testing.ts'
import { sample as openaiResponses } from './openai-responses/testing.ts'
import { answerOf, contextOf, hostileJson, mutate, readAll, writeAll } from './testing.ts'

const SAMPLES = [openaiChat, openaiResponses, anthropicMessages, gemini]

test('every protocol has an adapter, and every adapter its sample', () => {
  assert.deepEqual(Object.keys(ADAPTERS).toSorted(), [...PROTOCOL_NAMES].toSorted())
  assert.deepEqual(SAMPLES.map(({ name }) => name).toSorted(), [...PROTOCOL_NAMES].toSorted())
})

for (const sample of SAMPLES) {
  const { name, address, sameCall } = sample
  const adapter = ADAPTERS[name] ?? assert.fail(name)
  const read = (body: Json) => adapter.readRequest(Buffer.from(JSON.stringify(body)), address)

  describe(`requests of ${name}`, () => {
    test('a request that is written and read again is the same call, and nothing of it is lost', () => {
      fc.assert(
        fc.property(sample.anyRequest, (body) => {
          const call = read(body)
          const losses = makeLosses()
          const written = adapter.writeRequest(call, { model: call.model, losses })
          assert.deepEqual(losses.list(), [])
          assert.deepEqual(sameCall(read(JSON.parse(written) as Json)), sameCall(call))
        }),
        { numRuns: 200 },
      )
    })

    test('whatever stands where it should not, a request is read or refused by name, and what is read can be written', () => {
      fc.assert(
        fc.property(sample.anyRequest, fc.array(fc.nat(20), { maxLength: 7 }), hostileJson, (body, path, other) => {
          try {
            const call = read(mutate(body, path, other))
            assert.ok(adapter.writeRequest(call, { model: 'm', losses: makeLosses() }).startsWith('{'))
          } catch (error) {
            assert.ok(error instanceof FailureError, String(error))
          }
        }),
        { numRuns: 200 },
      )
    })
  })
}

for (const sample of SAMPLES) {
  const { name, keptOf, keptWhole = (answer) => answer, hostile, sse } = sample
  const adapter = ADAPTERS[name] ?? assert.fail(name)
  const context = contextOf(name, sample.call)

  describe(`answers of ${name}`, () => {
    test('events written as a stream and read again say the same, cut anywhere', () => {
      fc.assert(
        fc.property(sample.anyEvents, fc.array(fc.nat(), { maxLength: 6 }), (events, cuts) => {
          const bytes = writeAll(adapter.writeStream(context), events)
          assert.deepEqual(keptOf(answerOf(readAll(adapter.readStream(), bytes, cuts))), keptOf(answerOf(events)))
        }),
        { numRuns: 100 },
      )
    })

    test('a whole reply says what the stream says', () => {
      fc.assert(
        fc.property(sample.anyEvents, (events) => {
          const streamed = readAll(adapter.readStream(), writeAll(adapter.writeStream(context), events))
          const whole = readAll(adapter.readWhole(), writeAll(adapter.writeWhole(context), events))
          assert.deepEqual(keptWhole(answerOf(whole)), keptWhole(answerOf(streamed)))
        }),
        { numRuns: 100 },
      )
    })

    test('whatever a reply says where it should not, it is read or is an error, and ends once', () => {
      fc.assert(
        fc.property(fc.array(fc.nat(20), { maxLength: 8 }), hostileJson, fc.boolean(), (path, other, isStream) => {
          const told = mutate(isStream ? hostile.stream : hostile.whole, path, other)
          const bytes = isStream && Array.isArray(told) ? sse(told as Json[]) : Buffer.from(JSON.stringify(told))
          const events = readAll(isStream ? adapter.readStream() : adapter.readWhole(), bytes)
          assert.match(answerOf(events).ending, /^(?:end$|error )/)
        }),
        { numRuns: 300 },
      )
    })

    for (const recording of sample.streams()) {
      test(`${recording.name}: the same wherever it is cut`, () => {
        const { bytes } = shortened(recording)
        const whole = JSON.stringify(answerOf(readAll(adapter.readStream(), bytes)))
        for (let cut = 1; cut < bytes.length; cut += 7) {
          assert.equal(JSON.stringify(answerOf(readAll(adapter.readStream(), bytes, [cut]))), whole)
        }
      })
    }
  })
}
