import type { JsonObject } from '../../../src/translation/index.ts'
import { many, type Shapes } from './shapes.ts'

const user = { role: 'user', content: 'x' }
const call = (index: number) => ({ id: `c${index}`, type: 'function', function: { name: 'f', arguments: '{}' } })
const use = (index: number) => ({ type: 'tool_use', id: `t${index}`, name: 'f', input: {} })
const schema = (properties: JsonObject): JsonObject => ({
  type: 'function',
  function: { name: 'f', parameters: { type: 'object', properties } },
})

/** Requests of each protocol, with many of each thing that there may be several of; keys are what they have most of. */
export const REQUESTS: Shapes = {
  'openai-chat': {
    messages: (n) => ({ model: 'm', messages: many(n / 2, (i) => ({ role: i % 9 === 0 ? 'user' : 'assistant', content: 'x' })) }),
    'one speaker': (n) => ({ model: 'm', messages: many(n / 2, () => user) }),
    instructions: (n) => ({ model: 'm', messages: [...many(n / 2 - 2, () => ({ role: 'system', content: 'x' })), user] }),
    results: (n) => ({ model: 'm', messages: [user, ...many(n / 3 - 2, (i) => ({ role: 'tool', tool_call_id: `c${i}`, content: 'x' }))] }),
    'calls and results': (n) => ({
      model: 'm',
      messages: [
        { role: 'assistant', tool_calls: many(n / 9, call) },
        ...many(n / 9, (i) => ({ role: 'tool', tool_call_id: `c${i}`, content: 'x' })),
      ],
    }),
    contents: (n) => ({ model: 'm', messages: [{ role: 'user', content: many(n / 2 - 3, () => ({ type: 'text', text: 'x' })) }] }),
    tools: (n) => ({ model: 'm', messages: [user], tools: many(n / 4 - 3, (i) => ({ type: 'function', function: { name: `f${i}` } })) }),
    properties: (n) => ({
      ...{ model: 'm', messages: [user] },
      tools: [schema(Object.fromEntries(many(n / 2 - 9, (i) => [`p${i}`, { odd: 1 }])))],
    }),
    stops: (n) => ({ model: 'm', messages: [user], stop: many(n, (i) => `s${i}`) }),
    fields: (n) => ({ model: 'm', messages: [user], ...Object.fromEntries(many(n - 4, (i) => [`q${i}`, 1])) }),
  },
  'anthropic-messages': {
    messages: (n) => ({ model: 'm', max_tokens: 9, messages: many(n / 2 - 2, () => user) }),
    blocks: (n) => ({
      ...{ model: 'm', max_tokens: 9 },
      messages: [{ role: 'user', content: many(n / 2 - 3, () => ({ type: 'text', text: 'x' })) }],
    }),
    instructions: (n) => ({
      ...{ model: 'm', max_tokens: 9 },
      system: many(n / 2 - 4, () => ({ type: 'text', text: 'x' })),
      messages: [user],
    }),
    'calls and results': (n) => ({
      ...{ model: 'm', max_tokens: 9 },
      messages: [
        ...[user, { role: 'assistant', content: many(n / 8 - 2, use) }],
        { role: 'user', content: many(n / 8 - 2, (i) => ({ type: 'tool_result', tool_use_id: `t${i}`, content: 'x' })) },
      ],
    }),
    tools: (n) => ({
      ...{ model: 'm', max_tokens: 9 },
      messages: [user],
      tools: many(n / 3 - 4, (i) => ({ name: `f${i}`, input_schema: {} })),
    }),
  },
  'openai-responses': {
    messages: (n) => ({ model: 'm', input: many(n / 2 - 2, (i) => ({ role: i % 9 === 0 ? 'user' : 'assistant', content: 'x' })) }),
    'one speaker': (n) => ({ model: 'm', input: many(n / 2 - 2, () => ({ role: 'assistant', content: 'x' })) }),
    results: (n) => ({ model: 'm', input: many(n / 3 - 2, (i) => ({ type: 'function_call_output', call_id: `c${i}`, output: 'x' })) }),
    calls: (n) => ({
      model: 'm',
      input: many(n / 4 - 2, (i) => ({ type: 'function_call', call_id: `c${i}`, name: 'f', arguments: '{}' })),
    }),
    thoughts: (n) => ({
      model: 'm',
      input: [{ type: 'reasoning', id: 'r', summary: many(n / 2 - 4, () => ({ type: 'summary_text', text: 'x' })) }],
    }),
    contents: (n) => ({ model: 'm', input: [{ role: 'user', content: many(n / 2 - 4, () => ({ type: 'input_text', text: 'x' })) }] }),
    tools: (n) => ({ model: 'm', input: 'x', tools: many(n / 3 - 2, (i) => ({ type: 'function', name: `f${i}`, parameters: {} })) }),
    'tools of a namespace, each with the name of another': (n) => ({
      ...{ model: 'm', input: 'x' },
      tools: [
        { type: 'namespace', name: 'n', tools: many(n / 4 - 5, (i) => ({ type: 'function', name: `f${i}` })) },
        ...many(n / 4 - 5, (i) => ({ type: 'function', name: `n__f${i}` })),
      ],
    }),
  },
  gemini: {
    contents: (n) => ({ contents: many(n / 3 - 2, () => ({ role: 'user', parts: [{ text: 'x' }] })) }),
    parts: (n) => ({ contents: [{ role: 'user', parts: many(n - 4, () => ({ text: 'x' })) }] }),
    'calls and results': (n) => ({
      contents: [
        { role: 'user', parts: [{ text: 'x' }] },
        { role: 'model', parts: many(n / 6 - 3, () => ({ functionCall: { name: 'f', args: {} } })) },
        { role: 'user', parts: many(n / 6 - 3, () => ({ functionResponse: { name: 'f', response: {} } })) },
      ],
    }),
    tools: (n) => ({
      ...{ contents: [{ role: 'user', parts: [{ text: 'x' }] }] },
      tools: [{ functionDeclarations: many(n / 2 - 9, (i) => ({ name: `f${i}` })) }],
    }),
  },
}
