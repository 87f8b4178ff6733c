// Guarantee: each official client gets from each kind of upstream what it asked for, whole and streamed: text, tools alone and several at
// once and their results, pictures, JSON of a schema, thoughts, errors of its own class, an end when it leaves; and the same usage.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Customer } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { CLIENTS, type Client, type Question, type Understood } from './clients/index.ts'

const MODELS = ['m-openai', 'm-anthropic', 'm-gemini', 'm-chat', 'm-responses'] as const
/** How long a call may take to its upstream on a busy machine. */
const CALLED_MS_MAX = 20_000
const PROMPT = 'How long does the ferry take?'
/** One white point. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII='
const SCHEMA = {
  ...{ type: 'object', properties: { minutes: { type: 'integer' } } },
  ...{ required: ['minutes'], additionalProperties: false },
}

let world: World
let customer: Customer
before(async () => {
  world = await startWorld({
    keepBodies: true,
    models: [
      { id: 'm-chat', upstream: 'chat', upstreamModel: 'sim-model' },
      { id: 'm-responses', upstream: 'resp', upstreamModel: 'sim-model' },
      { id: 'slow-chat', upstream: 'chat', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'slow-responses', upstream: 'resp', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'slow-openai', upstream: 'oai', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'slow-anthropic', upstream: 'ant', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'slow-gemini', upstream: 'goo', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
    ],
  })
  customer = await world.operator.customer('50.00')
})
after(() => world.stop())

const lastCall = () => world.sim.calls.at(-1) ?? assert.fail('no upstream was called')
const lastBody = (): string => lastCall().body?.toString() ?? assert.fail('no body was kept')
const called = ({ tools }: Understood) => tools.map(({ name, arguments: given }) => [name, given])

/** Asks whole and streamed, and holds both against the truth. */
async function bothWays(client: Client, question: Question, look: (answer: Understood) => void): Promise<void> {
  for (const way of ['ask', 'stream'] as const) {
    const answer = await client[way](question)
    look(answer)
    const truth = lastCall()
    assert.deepEqual([answer.input, answer.output], [truth.truePromptTokens, truth.plannedOutputTokens], `${way}: the usage that is told`)
  }
}

type Asked = Pick<Question, 'model' | 'prompt'>

async function text(client: Client, asked: Asked): Promise<void> {
  const answer = 'About twenty minutes, naïvely 船 speaking.'
  world.sim.script({ text: answer })
  await bothWays(client, asked, (got) => assert.equal(got.text, answer))
  assert.ok(lastBody().includes(PROMPT))
}

async function aToolThenItsResult(client: Client, asked: Asked): Promise<void> {
  const call = { name: 'weather', arguments: '{"where":"Köln"}' }
  world.sim.script(({ messages }) => (messages.length > 1 ? { text: 'It rains.' } : { toolCalls: [call] }))
  const tools = ['weather']
  await bothWays(client, { ...asked, tools }, (got) => {
    assert.deepEqual(called(got), [['weather', { where: 'Köln' }]])
    assert.notEqual(got.tools[0]?.id ?? '', '')
  })
  const results = [{ id: 'call_1', name: 'weather', arguments: { where: 'Köln' }, result: 'rain, 9 degrees' }]
  await bothWays(client, { ...asked, tools, results }, (got) => assert.equal(got.text, 'It rains.'))
  assert.ok(lastBody().includes('rain, 9 degrees'))
}

async function severalToolsAtOnce(client: Client, asked: Asked): Promise<void> {
  const toolCalls = [
    { name: 'weather', arguments: '{"where":"Bonn"}' },
    { name: 'tides', arguments: '{}' },
    { name: 'weather', arguments: '{"where":"Köln"}' },
  ]
  world.sim.script({ toolCalls })
  await bothWays(client, { ...asked, tools: ['weather', 'tides'] }, (got) => {
    const wanted = toolCalls.map((call) => [call.name, JSON.parse(call.arguments)])
    assert.deepEqual(called(got), wanted)
    assert.equal(new Set(got.tools.map(({ id }) => id)).size, 3)
  })
}

async function aPicture(client: Client, asked: Asked): Promise<void> {
  world.sim.script({ text: 'White.' })
  await bothWays(client, { ...asked, picture: PICTURE }, (got) => assert.equal(got.text, 'White.'))
  assert.ok(lastBody().includes(PICTURE))
}

async function jsonOfASchema(client: Client, asked: Asked): Promise<void> {
  // Some clients ask for a tool of this name to be called instead.
  const json = '{"minutes":20}'
  world.sim.script(({ tools }) => (tools.includes('json') ? { toolCalls: [{ name: 'json', arguments: json }] } : { text: json }))
  await bothWays(client, { ...asked, schema: SCHEMA }, (got) => assert.equal(got.text, json))
  assert.ok(lastBody().includes('"minutes"'))
}

async function thoughts(client: Client, asked: Asked): Promise<void> {
  world.sim.script({ reasoningText: 'The river is wide.', text: 'Twenty minutes.', isReasoningShown: true })
  const told = client.tellsThoughts ? 'The river is wide.' : ''
  await bothWays(client, { ...asked, thinks: true }, (got) => assert.deepEqual([got.text, got.reasoning], ['Twenty minutes.', told]))
}

async function errors(client: Client, asked: Asked, stranger: Client): Promise<void> {
  const statusOf = async (answer: Promise<unknown>): Promise<number | undefined> =>
    client.statusOf(
      await answer.then(
        () => assert.fail('it was answered'),
        (thrown: unknown) => thrown,
      ),
    )
  for (const way of ['ask', 'stream'] as const) {
    world.sim.script({})
    assert.equal(await statusOf(stranger[way](asked)), 401)
    assert.equal(await statusOf(client[way]({ ...asked, model: 'no-such' })), 404)
    world.sim.script({ fault: 'invalid-400' })
    assert.equal(await statusOf(client[way](asked)), 400)
    world.sim.script({ fault: 'error-500-echo' })
    assert.equal(await statusOf(client[way](asked)), 502)
  }
}

async function leaving(client: Client, asked: Asked): Promise<void> {
  world.sim.script({})
  const leaves = new AbortController()
  const before = world.sim.calls.length
  const rejected = assert.rejects(client.stream({ ...asked, model: asked.model.replace('m-', 'slow-'), signal: leaves.signal }))
  await until(
    () => Promise.resolve(world.sim.calls.length),
    (now) => now > before,
    CALLED_MS_MAX,
  )
  setTimeout(() => leaves.abort(), 400)
  await rejected
  await world.sim.idle()
  assert.equal(world.sim.calls.length, before + 1)
  assert.equal(lastCall().ended, 'client-gone')
}

const CASES = { text, aToolThenItsResult, severalToolsAtOnce, aPicture, jsonOfASchema, thoughts, errors, leaving }

for (const make of CLIENTS) {
  for (const model of MODELS) {
    describe(`${make('http://localhost', 'x').name} of ${model}`, () => {
      for (const [name, run] of Object.entries(CASES)) {
        test(
          name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
          () => run(make(world.base, customer.key), { model, prompt: PROMPT }, make(world.base, 'fbx_wrong')),
        )
      }
    })
  }
}
