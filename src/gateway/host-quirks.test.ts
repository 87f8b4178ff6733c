// Guarantee: whatever is odd about an upstream's host, a call there is taken, bound, and metered to the token, streamed and whole.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Outside, type Place, startOutside } from '../../tests/outside.ts'
import { FailureError } from '../failures.ts'

let outside: Outside

before(async () => {
  outside = await startOutside()
})
after(() => outside.close())

const MISTRAL: Place = { baseUrl: 'http://api.mistral.ai/v1' }

for (const stream of [false, true]) {
  const how = stream ? 'streamed' : 'whole'

  test(`Mistral, ${how}: a bound goes under the name it knows, and usage is not asked for`, async () => {
    const upstreamModel = 'sim-model!habit-mistral'
    const asked = await outside.ask({
      place: MISTRAL,
      upstreamModel,
      fields: { stream, stream_options: { include_usage: true }, max_completion_tokens: 40 },
    })
    outside.assertTrue(asked)
    assert.deepEqual([asked.sent['max_tokens'], 'stream_options' in asked.sent, 'max_completion_tokens' in asked.sent], [40, false, false])
    const capped = await outside.ask({ place: MISTRAL, upstreamModel, fields: { max_completion_tokens: 4_000, stream } })
    outside.assertTrue(capped)
    assert.equal(capped.sent['max_tokens'], 500)
  })

  test(`MiniMax, ${how}: the answer is not counted twice`, async () => {
    const upstreamModel = 'sim-model!habit-minimax,tokens=300'
    const told = await outside.ask({ place: { baseUrl: 'http://api.minimax.io/v1' }, upstreamModel, fields: { stream, max_tokens: 310 } })
    outside.assertTrue(told)
    assert.deepEqual([told.sent['max_completion_tokens'], told.sent['max_tokens']], [310, undefined])
    if (stream) assert.ok(told.reader.countedOutput() <= 300 * 1.1, String(told.reader.countedOutput()))
  })

  test(`MiniMax, ${how}: an error that comes with status 200, in however many pieces, is no answer; another route gives one`, async () => {
    const place: Place = { baseUrl: 'http://api.minimaxi.com/v1' }
    for (const marker of ['error-in-body=1008', 'error-in-body=1026,split=1', 'error-in-body=1000,split=40']) {
      const asking = { place, upstreamModel: `sim-model!habit-minimax,${marker}`, fields: { stream } }
      const code = marker.includes('1026') ? 'upstream_refused' : 'upstream_failed'
      await assert.rejects(outside.ask(asking), (thrown) => thrown instanceof FailureError && thrown.failure.code === code)
      const other: Place = { baseUrl: 'http://a.example/v1', upstreamModel: 'sim-model' }
      const told = await outside.ask({ ...asking, others: [other] })
      outside.assertTrue(told)
      assert.equal(told.at, other.baseUrl)
    }
  })

  test(`llama.cpp, ${how}: usage in the last chunk with choices, beside its timings`, async () => {
    const told = await outside.ask({
      place: { baseUrl: 'http://127.0.0.1:8080/v1' },
      upstreamModel: 'sim-model!habit-llama-cpp',
      fields: { stream, max_completion_tokens: 40 },
    })
    outside.assertTrue(told)
    assert.equal(told.sent['max_completion_tokens'], 40)
  })

  test(`Ark, ${how}: the bound is that of what is thought as well`, async () => {
    const place = { baseUrl: 'http://ark.cn-beijing.volces.com/v1' }
    const told = await outside.ask({ place, upstreamModel: 'sim-model!reasoning=20', fields: { stream, max_tokens: 60 } })
    outside.assertTrue(told)
    assert.deepEqual([told.sent['max_completion_tokens'], told.sent['max_tokens']], [60, undefined])
  })
}

test('two names at once go as they came, and an empty one takes the other’s bound', async () => {
  const sent = async (fields: object) => {
    const { sent: body } = await outside.ask({ place: { baseUrl: 'http://api.deepseek.com/v1' }, upstreamModel: 'sim-model', fields })
    return [body['max_tokens'], body['max_completion_tokens']]
  }
  assert.deepEqual(await sent({ max_tokens: 30, max_completion_tokens: 40 }), [30, 40])
  assert.deepEqual(await sent({ max_tokens: null, max_completion_tokens: 40 }), [40, 40])
  assert.deepEqual(await sent({ max_completion_tokens: 40 }), [40, undefined])
  assert.deepEqual(await sent({}), [undefined, undefined])
})
