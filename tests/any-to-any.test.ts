// Guarantee: each official client gets from each kind of upstream what it asked for, whole and streamed: text, tools alone and several at
// once and their results, pictures, JSON of a schema, thoughts, errors of its own class, an end when it leaves; and the same usage.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Customer } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { CLIENTS, type Client, type Question, type Understood } from './clients/index.ts'

const MODELS = ['m-openai', 'm-anthropic'] as const
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
      { id: 'slow-openai', upstream: 'oai', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'slow-anthropic', upstream: 'ant', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
    ],
  })
  customer = await world.operator.customer('50.00')
})
after(() => world.stop())

const lastCall = () => world.sim.calls.at(-1) ?? assert.fail('no upstream was called')
const lastBody = (): string => lastCall().body?.toString() ?? assert.fail('no body was kept')

/** Asks whole and streamed, and holds both against the truth. */
async function bothWays(client: Client, question: Question, look: (answer: Understood) => void): Promise<void> {
  for (const way of ['ask', 'stream'] as const) {
    const answer = await client[way](question)
    look(answer)
    const truth = lastCall()
    assert.deepEqual([answer.input, answer.output], [truth.truePromptTokens, truth.plannedOutputTokens], `${way}: the usage that is told`)
  }
}

for (const make of CLIENTS) {
  const client = () => make(world.base, customer.key)
  for (const model of MODELS) {
    describe(`${make('', 'x').name} of ${model}`, () => {
      test('text', async () => {
        world.sim.script({ text: 'About twenty minutes, naïvely 船 speaking.' })
        await bothWays(client(), { model, prompt: PROMPT }, ({ text }) => assert.equal(text, 'About twenty minutes, naïvely 船 speaking.'))
        assert.ok(lastBody().includes(PROMPT))
      })

      test('a tool, then its result', async () => {
        world.sim.script(({ messages }) =>
          messages.length > 1 ? { text: 'It rains.' } : { toolCalls: [{ name: 'weather', arguments: '{"where":"Köln"}' }] },
        )
        await bothWays(client(), { model, prompt: PROMPT, tools: ['weather'] }, ({ tools }) => {
          assert.deepEqual(
            tools.map(({ name, arguments: given }) => [name, given]),
            [['weather', { where: 'Köln' }]],
          )
          assert.ok((tools[0]?.id ?? '') !== '')
        })
        const results = [{ id: 'call_1', name: 'weather', arguments: { where: 'Köln' }, result: 'rain, 9 degrees' }]
        await bothWays(client(), { model, prompt: PROMPT, tools: ['weather'], results }, ({ text }) => assert.equal(text, 'It rains.'))
        assert.ok(lastBody().includes('rain, 9 degrees') && lastBody().includes('call_1'))
      })

      test('several tools at once', async () => {
        const toolCalls = [
          { name: 'weather', arguments: '{"where":"Bonn"}' },
          { name: 'tides', arguments: '{}' },
          { name: 'weather', arguments: '{"where":"Köln"}' },
        ]
        world.sim.script({ toolCalls })
        await bothWays(client(), { model, prompt: PROMPT, tools: ['weather', 'tides'] }, ({ tools }) => {
          assert.deepEqual(
            tools.map(({ name, arguments: given }) => [name, given]),
            toolCalls.map((call) => [call.name, JSON.parse(call.arguments)]),
          )
          assert.equal(new Set(tools.map(({ id }) => id)).size, 3)
        })
      })

      test('a picture', async () => {
        world.sim.script({ text: 'White.' })
        await bothWays(client(), { model, prompt: PROMPT, picture: PICTURE }, ({ text }) => assert.equal(text, 'White.'))
        assert.ok(lastBody().includes(PICTURE))
      })

      test('JSON of a schema', async () => {
        // Some clients ask for a tool of this name to be called instead.
        const json = '{"minutes":20}'
        world.sim.script(({ tools }) => (tools.includes('json') ? { toolCalls: [{ name: 'json', arguments: json }] } : { text: json }))
        await bothWays(client(), { model, prompt: PROMPT, schema: SCHEMA }, ({ text }) => assert.equal(text, '{"minutes":20}'))
        assert.ok(lastBody().includes('"minutes"'))
      })

      test('thoughts', async () => {
        world.sim.script({ reasoningText: 'The river is wide.', text: 'Twenty minutes.', isReasoningShown: true })
        await bothWays(client(), { model, prompt: PROMPT, thinks: true }, ({ text, reasoning }) => {
          assert.deepEqual([text, reasoning], ['Twenty minutes.', client().tellsThoughts ? 'The river is wide.' : ''])
        })
      })

      test('errors', async () => {
        world.sim.script({})
        const failing = async (asked: Promise<unknown>): Promise<number | undefined> =>
          client().statusOf(
            await asked.then(
              () => assert.fail('it was answered'),
              (thrown: unknown) => thrown,
            ),
          )
        for (const way of ['ask', 'stream'] as const) {
          assert.equal(await failing(make(world.base, 'fbx_wrong')[way]({ model, prompt: PROMPT })), 401)
          assert.equal(await failing(client()[way]({ model: 'no-such', prompt: PROMPT })), 404)
          world.sim.script({ fault: 'invalid-400' })
          assert.equal(await failing(client()[way]({ model, prompt: PROMPT })), 400)
          world.sim.script({ fault: 'error-500-echo' })
          assert.equal(await failing(client()[way]({ model, prompt: PROMPT })), 502)
          world.sim.script({})
        }
      })

      test('leaving', async () => {
        world.sim.script({})
        const leaving = new AbortController()
        setTimeout(() => leaving.abort(), 400)
        await assert.rejects(client().stream({ model: model.replace('m-', 'slow-'), prompt: PROMPT, signal: leaving.signal }))
        await world.sim.idle()
        assert.equal(lastCall().ended, 'client-gone')
      })
    })
  }
}
