// Guarantee: an event of a client's is written anew from what was read, so that no upstream can read something else in it; what would be
// stored, another model and bounds above the model's never go out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { readClientEvent } from './client-event.ts'

const TERMS = { model: 'voice', upstreamModel: 'gpt-realtime', outputMax: 4_096 }
const seed = Math.floor(performance.timeOrigin) % 2 ** 31
const read = (text: string) => readClientEvent(Buffer.from(text), TERMS)
const written = (event: object, transcriber?: string): Record<string, unknown> =>
  JSON.parse(read(JSON.stringify(event)).write('ours', transcriber)) as Record<string, unknown>
const codeOf = (event: object): string => {
  try {
    read(JSON.stringify(event))
    return 'taken'
  } catch (thrown) {
    return thrown instanceof FailureError ? `${thrown.failure.code} ${thrown.failure.field ?? ''}`.trim() : 'thrown'
  }
}

test(`events that decide nothing go out as they came, whatever is in them (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, type) => {
      fc.pre(type !== 'session.update' && type !== 'response.create')
      const event = { ...fields, type: `x.${type}` }
      assert.deepEqual(written(event), JSON.parse(JSON.stringify({ ...event, event_id: 'ours' })))
    }),
    { seed },
  )
})

test('a name that is given twice goes out once, with what was read', () => {
  const event = read('{"type":"input_audio_buffer.append","audio":"AAAA","type":"response.create"}')
  assert.equal(event.asksResponse, true)
  const text = event.write('ours', undefined)
  assert.equal(text.match(/"type"/g)?.length, 1)
})

test('bounds above the model’s are cut to it, smaller ones stay', () => {
  for (const [given, sent] of [
    ['inf', 4_096],
    [99_999, 4_096],
    [17, 17],
  ] as const) {
    assert.deepEqual(written({ type: 'response.create', response: { max_output_tokens: given } })['response'], { max_output_tokens: sent })
    const session = { max_response_output_tokens: given }
    assert.deepEqual(written({ type: 'session.update', session })['session'], { max_response_output_tokens: sent })
  }
})

test('the model is the one of the session, by the upstream’s name', () => {
  assert.deepEqual(written({ type: 'session.update', session: { model: 'voice' } })['session'], { model: 'gpt-realtime' })
  assert.equal(codeOf({ type: 'session.update', session: { model: 'dearer' } }), 'invalid_field session.model')
})

test('models that write down are told by either interface and go out under the upstream’s name', () => {
  for (const session of [
    { audio: { input: { transcription: { model: 'ears', language: 'de' } } } },
    { input_audio_transcription: { model: 'ears', language: 'de' } },
  ]) {
    assert.equal(read(JSON.stringify({ type: 'session.update', session })).transcriber, 'ears')
    const sent = JSON.stringify(written({ type: 'session.update', session }, 'whisper-1'))
    assert.ok(sent.includes('"model":"whisper-1"') && sent.includes('"language":"de"') && !sent.includes('ears'))
  }
  const two = { audio: { input: { transcription: { model: 'a' } } }, input_audio_transcription: { model: 'b' } }
  assert.equal(codeOf({ type: 'session.update', session: two }), 'invalid_field session.audio.input.transcription.model')
  assert.equal(
    codeOf({ type: 'session.update', session: { input_audio_transcription: {} } }),
    'invalid_field session.audio.input.transcription.model',
  )
  assert.equal(read(JSON.stringify({ type: 'session.update', session: { input_audio_transcription: null } })).transcriber, 'off')
})

test('turn detection answers unasked unless it says not to', () => {
  const told = (session: object) => read(JSON.stringify({ type: 'session.update', session })).answersUnasked
  assert.equal(told({}), undefined)
  assert.equal(told({ turn_detection: null }), false)
  assert.equal(told({ audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } }), false)
  assert.equal(told({ audio: { input: { turn_detection: { type: 'semantic_vad' } } } }), true)
})

test('what would be stored, and sessions of another kind, are refused', () => {
  assert.equal(codeOf({ type: 'session.update', session: { tracing: 'auto' } }), 'nothing_stored session.tracing')
  assert.equal(codeOf({ type: 'session.update', session: { prompt: { id: 'p' } } }), 'nothing_stored session.prompt')
  assert.equal(codeOf({ type: 'response.create', response: { prompt: { id: 'p' } } }), 'nothing_stored response.prompt')
  assert.equal(codeOf({ type: 'session.update', session: { type: 'transcription' } }), 'invalid_field session.type')
  assert.equal(codeOf({ type: 'session.update' }), 'invalid_field session')
  assert.equal(codeOf({ no: 'type' }), 'invalid_json')
})
