// Guarantee: an upstream of any kind, named in the file or by a key in the environment, serves calls that are metered to the token.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { call, type Spoken } from '../checks/calls.ts'
import type { Customer } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimUpstream, startSimUpstream } from '../sim/index.ts'

let sim: SimUpstream
let world: World
let customer: Customer

before(async () => {
  sim = await startSimUpstream()
  world = await startWorld({
    env: { GROQ_API_KEY: 'gsk_aaaaaaaaaaaaaaaa', ZHIPUAI_API_KEY: 'aaaaaaaa.bbbbbbbb' },
    upstreams: [
      { id: 'az', kind: 'azure-openai', baseUrl: sim.url },
      { id: 'aws', kind: 'bedrock', baseUrl: sim.url },
    ],
    models: [
      { id: 'm-azure', upstream: 'az', upstreamModel: 'deployed!habit-azure' },
      { id: 'm-bedrock', upstream: 'aws', upstreamModel: 'openai.gpt-oss' },
      { id: 'm-bedrock-claude', upstream: 'aws', upstreamModel: 'eu.anthropic.claude' },
    ],
  })
  customer = await world.operator.customer('10.00')
})
after(async () => {
  await world.stop()
  await sim.close()
})

async function rowOf(requestId: string) {
  for (let round = 0; round < 100; round += 1) {
    const row = (await world.operator.usage(customer.id)).find((one) => one.request_id === requestId)
    if (row !== undefined) return row
    await sleep(30)
  }
  return assert.fail(`request ${requestId} has no row of usage`)
}

const KINDS = [
  ['m-azure', '/openai/v1/chat/completions'],
  ['m-bedrock', '/v1/chat/completions'],
  ['m-bedrock-claude', '/anthropic/v1/messages'],
] as const

for (const isStream of [false, true]) {
  for (const protocol of ['openai', 'anthropic'] satisfies Spoken[]) {
    test(`${protocol}, ${isStream ? 'streamed' : 'whole'}: Azure and Bedrock, by their own paths, with their true usage`, async () => {
      for (const [model, path] of KINDS) {
        const answer = await call({ base: world.base, key: customer.key, protocol, model, isStream })
        assert.equal(answer.status, 200, answer.body.toString())
        const { tokens } = await rowOf(answer.requestId)
        const truth = sim.calls.at(-1)
        assert.equal(truth?.path, path)
        assert.deepEqual([tokens.input, tokens.output], [truth?.truePromptTokens, truth?.plannedOutputTokens])
      }
    })
  }
}

test('a translated answer of Azure has its id and its model, though the first that comes tells neither', async () => {
  const asked = { base: world.base, key: customer.key, protocol: 'anthropic', model: 'm-azure', isStream: true } as const
  const [, first] = /^data: (.*"message_start".*)$/m.exec((await call(asked)).body.toString()) ?? []
  const { message } = JSON.parse(first ?? '{}') as { readonly message?: { readonly id: string; readonly model: string } }
  assert.match(message?.id ?? '', /^chatcmpl-/)
  assert.match(message?.model ?? '', /^deployed/)
})

test('keys in the environment bring their models, those without a price by name only', async () => {
  const listed = (await (await fetch(`${world.base}/v1/models`, { headers: { authorization: `Bearer ${customer.key}` } })).json()) as {
    readonly data: readonly { readonly id: string; readonly routes: readonly { readonly privacy: { readonly evidence?: string } }[] }[]
  }
  const groq = listed.data.find(({ id }) => id === 'groq/gpt-oss-20b')
  assert.match(groq?.routes[0]?.privacy.evidence ?? '', /^https:\/\/console\.groq\.com\//)
  const answer = await call({ base: world.base, key: customer.key, protocol: 'openai', model: 'zhipu/glm-5.3' })
  assert.deepEqual([answer.status, /model_unpriced/.test(answer.body.toString())], [answer.status, true])
})
