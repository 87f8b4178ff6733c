// Guarantee: no upstream is made to call a tool that it was not told of, which it would refuse all of a request for; what cannot be chosen is named.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADAPTERS } from './adapters.ts'
import type { Json, JsonObject, ProtocolName } from './call.ts'
import { makeLosses } from './loss.ts'

type Asked = { readonly from: ProtocolName; readonly to: ProtocolName }

/** What is told of tools, and what is lost of them. */
function toldOf({ from, to }: Asked, members: JsonObject) {
  const [client, upstream] = [ADAPTERS[from] ?? assert.fail(), ADAPTERS[to] ?? assert.fail()]
  const asked = { model: 'm', max_tokens: 64, messages: [{ role: 'user', content: 'Hi' }], input: 'Hi', ...members }
  const losses = makeLosses()
  const written = upstream.writeRequest(client.readRequest(Buffer.from(JSON.stringify(asked))), { model: 'm', losses })
  const told = JSON.parse(written) as Record<string, Json>
  const names = ['tools', 'tool_choice', 'toolConfig', 'parallel_tool_calls'].filter((name) => name in told)
  return {
    told: Object.fromEntries(names.map((name) => [name, told[name]])),
    losses: losses
      .list()
      .filter((one) => one.startsWith('tool'))
      .toSorted(),
  }
}

const SEARCH = { type: 'web_search_20250305', name: 'web_search' }
const FUNCTION = { name: 'f', input_schema: { type: 'object', properties: { a: {} } } }
const FORCED = { type: 'tool', name: 'web_search' }

test('a search that has to be run is asked for where it is a tool too, and is a loss elsewhere', () => {
  const asked = { tools: [SEARCH, FUNCTION], tool_choice: FORCED }
  const responses = toldOf({ from: 'anthropic-messages', to: 'openai-responses' }, asked)
  assert.deepEqual([responses.told['tool_choice'], responses.losses], [{ type: 'web_search' }, []])
  const chat = toldOf({ from: 'anthropic-messages', to: 'openai-chat' }, asked)
  assert.deepEqual(['tool_choice' in chat.told, chat.losses], [false, ['tool_choice', 'tools[0]']])
  const gemini = toldOf({ from: 'anthropic-messages', to: 'gemini' }, asked)
  assert.deepEqual(['toolConfig' in gemini.told, gemini.losses], [false, ['tool_choice', 'tools[0]']])
})

test('where no tool is left, nothing is said of which is called, nor of how many at once', () => {
  const choices = [FORCED, { type: 'any' }, { type: 'auto', disable_parallel_tool_use: true }]
  const told = choices.map((tool_choice) => toldOf({ from: 'anthropic-messages', to: 'openai-chat' }, { tools: [SEARCH], tool_choice }))
  assert.deepEqual(told, [
    { told: {}, losses: ['tool_choice', 'tools[0]'] },
    { told: {}, losses: ['tool_choice', 'tools[0]'] },
    { told: {}, losses: ['tools[0]'] },
  ])
})

test('a tool of plain text that nobody else has is not chosen, and others beside it are', () => {
  const tools = [
    { type: 'custom', name: 'c' },
    { type: 'function', name: 'f' },
  ]
  for (const to of ['anthropic-messages', 'gemini'] as const) {
    const forced = toldOf({ from: 'openai-responses', to }, { tools, tool_choice: { type: 'custom', name: 'c' } })
    assert.deepEqual(
      [forced.told['tool_choice'], forced.told['toolConfig'], forced.losses],
      [undefined, undefined, ['tool_choice', 'tools[0]']],
    )
  }
  const some = toldOf(
    { from: 'openai-responses', to: 'gemini' },
    { tools, tool_choice: { type: 'allowed_tools', mode: 'required', tools } },
  )
  assert.deepEqual(some.told['toolConfig'], { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } })
})

test('that no tool is called holds of a search as well', () => {
  const { told } = toldOf({ from: 'anthropic-messages', to: 'gemini' }, { tools: [SEARCH, FUNCTION], tool_choice: { type: 'none' } })
  assert.deepEqual(told['tools'], [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: FUNCTION.input_schema }] }])
})
