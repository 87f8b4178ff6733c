import type { Json, JsonObject } from '../../../src/translation/index.ts'
import { many, type Shapes } from './shapes.ts'

const chunk = (delta: Json, index = 0): Json => ({ id: 'a', created: 1, model: 'm', choices: [{ index, delta }] })
const chunkEnd: Json = { id: 'a', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
const toolDelta = (index: number, more: object): Json => chunk({ tool_calls: [{ index, ...more }] })
const toolStart = (index: number): Json => toolDelta(index, { id: `c${index}`, function: { name: 'f', arguments: '' } })

const pieces = (n: number, candidate: (index: number) => object): readonly Json[] => [
  ...many(n, (i) => ({ responseId: 'a', candidates: [{ index: 0, ...candidate(i) }] })),
  { responseId: 'a', candidates: [{ index: 0, finishReason: 'STOP' }] },
]

const messageStart: Json = {
  type: 'message_start',
  message: { id: 'a', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 1 } },
}
const messageOf = (events: readonly Json[]): readonly Json[] => [
  messageStart,
  ...events,
  ...[{ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }, { type: 'message_stop' }],
]
const blockStart = (index: number, block: Json): Json => ({ type: 'content_block_start', index, content_block: block })
const blockDelta = (index: number, delta: Json): Json => ({ type: 'content_block_delta', index, delta })
const blockStop = (index: number): Json => ({ type: 'content_block_stop', index })
const TEXT = { type: 'text', text: '' }

const responseOf = (events: readonly Json[]): readonly Json[] => [
  { type: 'response.created', response: { id: 'a', object: 'response', status: 'in_progress', model: 'm', output: [] } },
  ...events,
  { type: 'response.completed', response: { id: 'a', object: 'response', status: 'completed', model: 'm', output: [] } },
]
const itemAdded = (index: number, item: JsonObject): Json => ({ type: 'response.output_item.added', output_index: index, item })
const itemDone = (index: number, item: JsonObject): Json => ({ type: 'response.output_item.done', output_index: index, item })
const prose = (index: number): JsonObject => ({ type: 'message', id: `m${index}`, role: 'assistant', content: [] })
const textDelta = (index: number, part: number): Json => ({
  ...{ type: 'response.output_text.delta', output_index: index, content_index: part, delta: 'x' },
})
const annotation = { type: 'url_citation', url: 'http://page.test', title: 't', start_index: 0, end_index: 1 }

/** Streams of each protocol, with many of each thing that may come several times, in the order that is least expected. */
export const STREAMS: Shapes<readonly Json[]> = {
  'openai-chat': {
    deltas: (n) => [...many(n, (i) => chunk(i % 2 === 0 ? { content: 'x' } : { reasoning_content: 'x' })), chunkEnd],
    calls: (n) => [...many(n, toolStart), chunkEnd],
    'calls in turns': (n) => [
      ...many(100, toolStart),
      ...many(n, (i) => toolDelta(99 - (i % 100), { function: { arguments: ' ' } })),
      chunkEnd,
    ],
    arguments: (n) => [toolStart(0), ...many(n, () => toolDelta(0, { function: { arguments: 'xxxx' } })), chunkEnd],
    choices: (n) => many(n, (i) => chunk({ content: 'x' }, i % 128)),
    annotations: (n) => [
      ...many(n, () => chunk({ content: 'x', annotations: [{ type: 'url_citation', url_citation: { url: 'http://page.test' } }] })),
      chunkEnd,
    ],
  },
  gemini: {
    texts: (n) => pieces(n, (i) => ({ content: { parts: [{ text: 'x', thought: i % 2 === 0 }] } })),
    calls: (n) => pieces(n, (i) => ({ content: { parts: [{ functionCall: { name: 'f', args: { i } } }] } })),
    sources: (n) =>
      pieces(n, () => ({
        content: { parts: [{ text: 'x' }] },
        groundingMetadata: {
          groundingChunks: [{ web: { uri: 'http://page.test', title: 't' } }],
          groundingSupports: [{ segment: { startIndex: 0, endIndex: 1 }, groundingChunkIndices: [0] }],
        },
      })),
  },
  'anthropic-messages': {
    deltas: (n) => messageOf([blockStart(0, TEXT), ...many(n, () => blockDelta(0, { type: 'text_delta', text: 'x' })), blockStop(0)]),
    citations: (n) =>
      messageOf([blockStart(0, TEXT), ...many(n, () => blockDelta(0, { type: 'citations_delta', citation: annotation })), blockStop(0)]),
    'blocks that stay open': (n) =>
      messageOf([
        ...many(n, (i) => blockStart(i, TEXT)),
        ...many(n, (i) => blockDelta(n - 1 - i, { type: 'text_delta', text: 'x' })),
        ...many(n, blockStop),
      ]),
    arguments: (n) =>
      messageOf([
        blockStart(0, { type: 'tool_use', id: 't', name: 'f', input: {} }),
        ...many(n, () => blockDelta(0, { type: 'input_json_delta', partial_json: 'xx' })),
        blockStop(0),
      ]),
  },
  'openai-responses': {
    deltas: (n) => responseOf([itemAdded(0, prose(0)), ...many(n, () => textDelta(0, 0))]),
    'items that stay open': (n) => responseOf([...many(n, (i) => itemAdded(i, prose(i))), ...many(n, (i) => textDelta(n - 1 - i, 0))]),
    texts: (n) => responseOf([itemAdded(0, prose(0)), ...many(n, (i) => textDelta(0, n - 1 - i))]),
    items: (n) => responseOf(many(n, (i) => itemDone(i, { ...prose(i), content: [{ type: 'output_text', text: 'x' }] }))),
    annotations: (n) =>
      responseOf([
        itemAdded(0, prose(0)),
        ...many(n, () => ({ type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation })),
      ]),
  },
}
