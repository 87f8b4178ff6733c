// Guarantee: whatever kind of upstream answers, /v1/responses is what Open Responses says it is: text, streams, instructions, tools,
// pictures and conversations, each response and each event with every member that is required.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { send } from '../checks/calls.ts'
import type { Customer } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type Resource, readStream, resource, type Streamed } from './open-responses/index.ts'

/** Models whose upstreams speak responses; what these repeat of a request is theirs to say. */
const NATIVE: readonly string[] = ['m-openai', 'm-responses']
/** A model for each kind of upstream: those, one that speaks chat completions alone, and the others. */
const MODELS = [...NATIVE, 'm-chat', 'm-anthropic', 'm-gemini']
/** One white point. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII='

let world: World
let customer: Customer
before(async () => {
  world = await startWorld({
    keepBodies: true,
    models: [
      { id: 'm-chat', upstream: 'chat', upstreamModel: 'sim-model' },
      { id: 'm-responses', upstream: 'resp', upstreamModel: 'sim-model' },
    ],
  })
  customer = await world.operator.customer('50.00')
})
after(() => world.stop())

const says = (role: string, content: unknown) => ({ type: 'message', role, content })
const lastBody = (): string => world.sim.calls.at(-1)?.body?.toString() ?? assert.fail('no body was kept')

async function post(body: object): Promise<string> {
  const { status, body: bytes } = await send({
    ...{ url: `${world.base}/v1/responses`, method: 'POST', body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', authorization: `Bearer ${customer.key}` },
  })
  assert.equal(status, 200, bytes.toString())
  return bytes.toString()
}

const ask = async (body: object): Promise<Resource> => resource.parse(JSON.parse(await post(body)), { reportInput: true })
const stream = async (body: object): Promise<Streamed> => readStream(await post({ ...body, stream: true }))

const textOf = ({ output }: Resource): string =>
  output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('')

function assertCompleted(response: Resource, text: string): void {
  assert.deepEqual([response.status, response.error, response.incomplete_details, response.store], ['completed', null, null, false])
  assert.ok(response.completed_at !== null && response.completed_at >= response.created_at)
  assert.ok(response.usage !== null && response.usage.input_tokens > 0 && response.usage.output_tokens > 0)
  assert.equal(textOf(response), text)
  for (const item of response.output) assert.ok(item.type === 'reasoning' || item.status === 'completed')
}

const TOOL = {
  ...{ type: 'function', name: 'ferry_times', description: 'When the ferry leaves' },
  parameters: { type: 'object', properties: { pier: { type: 'string' } }, required: ['pier'] },
}
const WISH = { name: 'ferry_times', arguments: '{"pier":"north"}' }

function assertCalled(model: string, { status, output, tools }: Resource): void {
  const called = output.flatMap((item) => (item.type === 'function_call' ? [[item.name, JSON.parse(item.arguments), item.status]] : []))
  assert.deepEqual([status, called], ['completed', [[WISH.name, { pier: 'north' }, 'completed']]])
  if (NATIVE.includes(model)) return
  assert.deepEqual([tools[0]?.name, tools[0]?.description, tools[0]?.parameters], [TOOL.name, TOOL.description, TOOL.parameters])
}

const CASES: Readonly<Record<string, (model: string) => Promise<void>>> = {
  'a text': async (model) => {
    world.sim.script({ text: 'Twenty minutes.' })
    assertCompleted(await ask({ model, input: [says('user', 'How long is it?')] }), 'Twenty minutes.')
  },
  'a text, streamed': async (model) => {
    world.sim.script({ text: 'One, two, three, vier, 五.' })
    const { events, response } = await stream({ model, input: [says('user', 'Count.')] })
    assertCompleted(response, 'One, two, three, vier, 五.')
    assert.ok(events.filter(({ type }) => type === 'response.output_text.delta').length > 1)
  },
  'instructions, as a message and as a member': async (model) => {
    world.sim.script({ text: 'Ahoy.' })
    for (const role of ['system', 'developer']) {
      assertCompleted(await ask({ model, input: [says(role, 'Talk like a sailor.'), says('user', 'Greet me.')] }), 'Ahoy.')
      assert.ok(lastBody().includes('Talk like a sailor.'))
    }
    const told = await ask({ model, instructions: 'Talk like a sailor.', input: 'Greet me.' })
    assertCompleted(told, 'Ahoy.')
    if (!NATIVE.includes(model)) assert.equal(told.instructions, 'Talk like a sailor.')
    assert.ok(lastBody().includes('Talk like a sailor.'))
  },
  'a tool': async (model) => {
    world.sim.script({ toolCalls: [WISH] })
    assertCalled(model, await ask({ model, input: [says('user', 'When does it leave?')], tools: [TOOL] }))
  },
  'a tool, streamed': async (model) => {
    world.sim.script({ toolCalls: [WISH] })
    const { events, response } = await stream({ model, input: [says('user', 'When does it leave?')], tools: [TOOL] })
    assertCalled(model, response)
    const types = new Set(events.map(({ type }) => type))
    assert.ok(types.has('response.function_call_arguments.delta') && types.has('response.function_call_arguments.done'))
    const added = events.find(({ type }) => type === 'response.output_item.added')
    assert.ok(added?.type === 'response.output_item.added' && added.item.type === 'function_call' && added.item.arguments === '')
  },
  'a picture': async (model) => {
    world.sim.script({ text: 'White.' })
    const content = [
      { type: 'input_text', text: 'Which colour?' },
      { type: 'input_image', image_url: `data:image/png;base64,${PICTURE}` },
    ]
    assertCompleted(await ask({ model, input: [says('user', content)] }), 'White.')
    assert.ok(lastBody().includes(PICTURE))
  },
  'a conversation': async (model) => {
    world.sim.script({ text: 'Jo.' })
    const input = [says('user', 'I am Jo.'), says('assistant', 'Hello, Jo, what can I do?'), says('user', 'Who am I?')]
    assertCompleted(await ask({ model, input }), 'Jo.')
    for (const said of ['I am Jo.', 'Hello, Jo, what can I do?', 'Who am I?']) assert.ok(lastBody().includes(said))
  },
  'thoughts, whole and streamed': async (model) => {
    world.sim.script({ reasoningText: 'The river is wide.', text: 'Twenty minutes.', isReasoningShown: true })
    const asked = { model, input: 'How long?', reasoning: { effort: 'high', summary: 'auto' } }
    for (const told of [await ask(asked), (await stream(asked)).response]) {
      assertCompleted(told, 'Twenty minutes.')
      if (!NATIVE.includes(model)) assert.deepEqual(told.reasoning, asked.reasoning)
    }
  },
  'an answer that came to its bound': async (model) => {
    world.sim.script({ outputTokens: 60 })
    const asked = { model, input: 'Count on.', max_output_tokens: 20 }
    for (const told of [await ask(asked), (await stream(asked)).response]) {
      assert.deepEqual([told.status, told.incomplete_details], ['incomplete', { reason: 'max_output_tokens' }])
      if (!NATIVE.includes(model)) assert.equal(told.max_output_tokens, 20)
    }
  },
}

for (const model of MODELS) {
  describe(`responses of ${model}`, () => {
    for (const [name, run] of Object.entries(CASES)) test(name, () => run(model))
  })
}
