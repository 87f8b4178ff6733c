// Guarantee: a call goes to every target of its model, in their order, said in what each speaks; what is held covers all of them; what one
// cannot say is named, and a strict call is refused rather than carried in part.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../failures.ts'
import { systemClock } from '../lib/index.ts'
import { anthropicMessages, openaiChat, type Protocol } from '../protocols/index.ts'
import { flatPrice, type Model, MULTIPLIER_ONE, type Upstream, type UpstreamKind } from '../spec/index.ts'
import { type Gateway, indexCatalog } from './gateway.ts'
import { lossesOf } from './legs.ts'
import { type Plan, route } from './route.ts'
import { AffinityBook } from './routing/index.ts'
import { translateCall } from './translate-call.ts'

const KINDS = ['openai', 'anthropic', 'openai-compatible'] as const satisfies readonly UpstreamKind[]
const PRICE = flatPrice({ input: 2_000_000_000n, output: 8_000_000_000n })

function planOf(
  fields: object,
  { kinds = KINDS, protocol = openaiChat, isStrict = false, baseUrl = 'http://127.0.0.1', names = [] }: Asked = {},
): Plan {
  const upstreams = kinds.map((kind, index): Upstream => ({ serial: index, id: kind, kind, baseUrl, placement: 'local', privacy: {} }))
  const routes = kinds.map((kind, serial) => ({
    serial,
    upstreamSerial: serial,
    upstreamModel: names[serial] ?? `up-${kind}`,
    priority: serial,
    cost: undefined,
  }))
  const model: Model = { serial: 1, id: 'm', context: 100_000, outputMax: 1000, createdAt: 0, priceVersion: 1, price: PRICE, routes }
  const catalog = indexCatalog({ version: 1, upstreams, models: [model], unpriced: [] })
  const caller = { keyId: 'k', accountId: 'a', expiresAt: 0, models: undefined, multiplier: MULTIPLIER_ONE }
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...fields }))
  const question = { call: protocol.decode(body), body, protocol, address: undefined, caller, isStrict, rules: {}, named: undefined }
  return route({ catalog, clock: systemClock, affinity: new AffinityBook(systemClock, Buffer.alloc(32)) } as unknown as Gateway, question)
}

type Asked = {
  readonly kinds?: readonly UpstreamKind[]
  readonly protocol?: Protocol
  readonly isStrict?: boolean
  readonly baseUrl?: string
  /** What the model is called at each upstream. */
  readonly names?: readonly string[]
}

const refusal = (fields: object, asked: Asked): string => {
  try {
    planOf(fields, asked)
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError)
    return `${thrown.failure.status} ${thrown.failure.code}: ${thrown.failure.message}`
  }
  return assert.fail('it was not refused')
}

const bodyAt = (plan: Plan, index: number) => {
  const leg = plan.legs[index] ?? assert.fail('no such leg')
  const parts = leg.call.bodyFor(leg.target.route.upstreamModel, { outputMax: 1000, addsOutputMax: false, limitsTools: true })
  return JSON.parse(Buffer.concat([...parts]).toString()) as Record<string, unknown>
}

test('each target gets the call in what it speaks, in the order of the routes', () => {
  const plan = planOf({ max_completion_tokens: 50 })
  assert.deepEqual(
    plan.legs.map(({ protocol, translation }) => [protocol.id, translation === undefined]),
    [
      ['openai-chat', true],
      ['anthropic-messages', false],
      ['openai-chat', true],
    ],
  )
  assert.deepEqual(
    [bodyAt(plan, 0)['model'], bodyAt(plan, 1)['model'], bodyAt(plan, 2)['model']],
    KINDS.map((kind) => `up-${kind}`),
  )
  assert.deepEqual([bodyAt(plan, 1)['max_tokens'], bodyAt(plan, 1)['max_completion_tokens']], [50, undefined])
})

test('an upstream heeds the bound under the name that it knows', () => {
  const plan = planOf({ max_tokens: 50 }, { protocol: anthropicMessages, kinds: ['openai', 'openai-compatible'] })
  assert.deepEqual([bodyAt(plan, 0)['max_completion_tokens'], bodyAt(plan, 0)['max_tokens']], [50, undefined])
  assert.deepEqual([bodyAt(plan, 1)['max_completion_tokens'], bodyAt(plan, 1)['max_tokens']], [undefined, 50])
})

test('each route is asked as its own model wants to be asked', () => {
  const names = ['claude-sonnet-4-5', 'claude-opus-4-7', 'claude-sonnet-4-5']
  const plan = planOf({ reasoning_effort: 'low', max_tokens: 8_000 }, { kinds: ['anthropic', 'anthropic', 'anthropic'], names })
  const budget = { type: 'enabled', budget_tokens: 1_024 }
  assert.deepEqual(
    [0, 1, 2].map((index) => [bodyAt(plan, index)['thinking'], bodyAt(plan, index)['output_config']]),
    [
      [budget, undefined],
      [{ type: 'adaptive', display: 'summarized' }, { effort: 'low' }],
      [budget, undefined],
    ],
  )
})

test('what one provider of a protocol tells and another refuses to is asked for at the first alone', () => {
  const asked = { kinds: ['gemini', 'vertex'], names: ['gemini-2.5-flash', 'gemini-2.5-flash'] } as const
  const plan = planOf({ logprobs: true, max_tokens: 50 }, asked)
  assert.deepEqual(
    [0, 1].map((index) => bodyAt(plan, index)['generationConfig']),
    [{ maxOutputTokens: 50 }, { maxOutputTokens: 50, responseLogprobs: true }],
  )
  assert.deepEqual(plan.legs.map(lossesOf), [['top_logprobs'], []])
})

test('an upstream that has to be told a bound is told what the model can make, or what is left of its context', () => {
  assert.equal(bodyAt(planOf({}, { kinds: ['anthropic'] }), 0)['max_tokens'], 1000)
})

test('a picture leaves as much of the context as it takes, not as little as its bytes do', () => {
  const url = `data:image/png;base64,${'A'.repeat(600_000)}`
  const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }]
  const model = { context: 100_000, outputMax: 64_000 }
  const asked = { body: Buffer.from(JSON.stringify({ model: 'm', messages })), protocol: openaiChat, address: undefined }
  const wish = { asked, model, protocol: anthropicMessages, upstreamModel: 'up', outputMaxField: 'max_tokens' as const }
  assert.equal(translateCall(wish).call.outputMax, 64_000)
  const words = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'A'.repeat(600_000) }] }))
  assert.equal(translateCall({ ...wish, asked: { ...asked, body: words } }).call.outputMax, 1_024)
})

test('what earlier answers thought is told to a chat upstream, but for those that refuse the whole conversation for it', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
  const spoken = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: null, reasoning_content: 'hm', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: '{"reasoning_content":"kept"}' },
  ]
  const kinds = ['openai-compatible'] as const
  // As Claude Code has the same of a model that it is answered by here.
  const signature = `farebox.${Buffer.from('{"origin":"openai-chat"}').toString('base64url')}`
  const thinking = { type: 'thinking', thinking: 'hm', signature }
  const use = { type: 'tool_use', id: 'c', name: 'f', input: {} }
  const result = { type: 'tool_result', tool_use_id: 'c', content: '{"reasoning_content":"kept"}' }
  const blocks = [spoken[0], { role: 'assistant', content: [thinking, use] }, { role: 'user', content: [result] }]
  for (const [asked, dropped] of [
    [{ protocol: openaiChat, fields: { messages: spoken } }, 'messages[1].reasoning_content'],
    [{ protocol: anthropicMessages, fields: { messages: blocks, max_tokens: 9 } }, 'messages[1].content[0]'],
  ] as const)
    for (const [baseUrl, isTold] of [
      ['http://127.0.0.1', true],
      ['https://api.groq.com/openai/v1', false],
      ['https://api.mistral.ai/v1', false],
    ] as const) {
      const plan = planOf(asked.fields, { protocol: asked.protocol, kinds, baseUrl })
      const [, answer, told] = bodyAt(plan, 0)['messages'] as Record<string, unknown>[]
      assert.deepEqual([answer?.['reasoning_content'], Array.isArray(answer?.['tool_calls'])], [isTold ? 'hm' : undefined, true], baseUrl)
      assert.equal(told?.['content'], '{"reasoning_content":"kept"}')
      assert.deepEqual(lossesOf(plan.legs[0] ?? assert.fail()), isTold ? [] : [dropped])
      if (!isTold) assert.match(refusal(asked.fields, { protocol: asked.protocol, kinds, baseUrl, isStrict: true }), /translation_lossy/)
    }
})

test('what is held covers each leg', () => {
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } }
  const fields = { max_completion_tokens: 50, messages: [{ role: 'user', content: [picture] }] }
  const all = planOf(fields)
  const alone = KINDS.map((kind) => planOf(fields, { kinds: [kind] }))
  assert.equal(
    all.worst,
    alone.map(({ worst }) => worst).reduce((a, b) => (a > b ? a : b)),
  )
  assert.equal(all.inputMax, Math.max(...alone.map(({ inputMax }) => inputMax)))
  assert.ok(new Set(alone.map(({ inputMax }) => inputMax)).size > 1, 'they differ')
})

test('what has no words at the target is named; a strict call goes where it is whole, or is refused', () => {
  const fields = { seed: 7, logit_bias: { '1': 2 } }
  const [, translated] = planOf(fields).legs
  assert.deepEqual(translated?.translation?.losses.toSorted(), ['logit_bias', 'seed'])
  assert.deepEqual(
    planOf(fields, { isStrict: true }).legs.map(({ target }) => target.upstream.id),
    ['openai', 'openai-compatible'],
  )
  assert.match(refusal(fields, { isStrict: true, kinds: ['anthropic'] }), /^400 translation_lossy: .*(logit_bias, seed|seed, logit_bias)/)
  assert.equal(planOf({}, { isStrict: true, kinds: ['anthropic'] }).legs.length, 1)
})

test('a request that cannot be read for another protocol is refused as in its own', () => {
  assert.match(
    refusal({ messages: [{ role: 'nobody', content: 'hi' }] }, { kinds: ['anthropic'] }),
    /^400 invalid_field: .*messages\[0\]\.role/,
  )
})

test('a target whose protocol a request cannot be read for is left out, as long as there is another', () => {
  const clip = { type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } }
  const fields = { messages: [{ role: 'user', content: [clip] }] }
  for (const kinds of [
    ['openai-compatible', 'anthropic'],
    ['anthropic', 'openai-compatible'],
  ] as const)
    assert.deepEqual(
      planOf(fields, { kinds }).legs.map(({ target }) => target.upstream.id),
      ['openai-compatible'],
    )
  assert.match(refusal(fields, { kinds: ['anthropic', 'gemini'] }), /^400 invalid_field: .*messages\[0\]\.content\[0\]\.type/)
})

test('a conversation that began elsewhere goes on with an upstream of the own protocol, without thoughts that are not its', () => {
  const carried = Buffer.from('{"origin":"gemini","signature":"abc"}').toString('base64url')
  const thought = { type: 'thinking', thinking: 'hm', signature: `farebox.${carried}` }
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: [thought, { type: 'text', text: 'Hello' }] },
    { role: 'user', content: 'go on' },
  ]
  const kinds = ['anthropic', 'openai'] as const
  const plan = planOf({ max_tokens: 9, messages }, { kinds, protocol: anthropicMessages })
  const [hi, , more] = messages
  assert.deepEqual(bodyAt(plan, 0)['messages'], [hi, { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] }, more])
  assert.deepEqual(plan.legs[0] && lossesOf(plan.legs[0]), ['messages[1].content[0]'])
  assert.match(
    refusal({ max_tokens: 9, messages }, { kinds: ['anthropic'], protocol: anthropicMessages, isStrict: true }),
    /translation_lossy/,
  )
})
