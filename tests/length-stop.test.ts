// Guarantee: an upstream that does not heed its bound is stopped; the client gets a whole answer that reached its limit, and pays at most
// what was held.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { nanoOf, type UsageRow } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'

const OUTPUT_MAX = 40
let world: World
let customer: { readonly id: string; readonly key: string }

before(async () => {
  world = await startWorld({
    models: [
      { id: 'endless-openai', upstream: 'oai', upstreamModel: 'sim-model!endless-events' },
      { id: 'endless-anthropic', upstream: 'ant', upstreamModel: 'sim-model!endless-events' },
    ],
  })
  customer = await world.operator.customer('10.00')
})
after(() => world.stop())

async function rowOf(model: string): Promise<UsageRow> {
  for (let tries = 0; tries < 100; tries += 1) {
    const row = (await world.operator.usage(customer.id)).find((found) => found.model === model)
    if (row !== undefined) return row
    await sleep(50)
  }
  throw new Error(`no row of ${model}`)
}

async function checkCharge(model: string): Promise<void> {
  const row = await rowOf(model)
  assert.equal(row.outcome, 'length-stopped')
  assert.equal(row.tokens.output, OUTPUT_MAX)
  assert.ok(nanoOf(row.cost) <= nanoOf(row.hold), `${row.cost} of ${row.hold}`)
  const truth = world.sim.calls.find(
    (call) => call.model.includes('endless-events') && call.path.includes(model.includes('openai') ? 'chat' : 'messages'),
  )
  while (truth?.ended === 'open') await sleep(20)
  assert.equal(truth?.ended, 'client-gone')
}

test('OpenAI: finish_reason "length", and the upstream is let go', async () => {
  const client = new OpenAI({ apiKey: customer.key, baseURL: `${world.base}/v1`, maxRetries: 0 })
  const stream = client.chat.completions.stream({
    model: 'endless-openai',
    max_tokens: OUTPUT_MAX,
    messages: [{ role: 'user', content: 'Go on.' }],
    stream_options: { include_usage: true },
  })
  const told = await stream.finalChatCompletion()
  assert.equal(told.choices[0]?.finish_reason, 'length')
  assert.equal(told.usage?.completion_tokens, OUTPUT_MAX)
  await checkCharge('endless-openai')
})

test('Anthropic: stop_reason "max_tokens", and the upstream is let go', async () => {
  const client = new Anthropic({ apiKey: customer.key, baseURL: world.base, maxRetries: 0 })
  const stream = client.messages.stream({
    model: 'endless-anthropic',
    max_tokens: OUTPUT_MAX,
    messages: [{ role: 'user', content: 'Go on.' }],
  })
  const told = await stream.finalMessage()
  assert.equal(told.stop_reason, 'max_tokens')
  assert.equal(told.usage.output_tokens, OUTPUT_MAX)
  await checkCharge('endless-anthropic')
})
