import type { Json } from '../../../src/translation/index.ts'
import { many, type Shapes } from './shapes.ts'

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
const WEB = { url: 'http://page.test', title: 't' }
const CHOSEN = { token: 'a', logProbability: -1 }
const TOKEN = { token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }

const gemini = (parts: Json, more = {}): Json => ({
  ...{ responseId: 'a', modelVersion: 'm', candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP', ...more }] },
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
})
const chat = (message: object, more = {}): Json => ({
  ...{ id: 'a', object: 'chat.completion', created: 1, model: 'm', usage: USAGE },
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...more }],
})
const message = (content: Json): Json => ({
  ...{ id: 'a', type: 'message', role: 'assistant', model: 'm', content, stop_reason: 'end_turn' },
  usage: { input_tokens: 1, output_tokens: 1 },
})
const response = (output: Json): Json => ({
  ...{ id: 'a', object: 'response', created_at: 1, status: 'completed', model: 'm', output },
  usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
})
const said = (content: Json): Json => response([{ type: 'message', id: 'm', role: 'assistant', content }])
const X = [{ text: 'x' }]

/** Whole replies of each protocol, with many of each thing that there may be several of. */
export const WHOLE_REPLIES: Shapes = {
  gemini: {
    parts: (n) => gemini(many(n, (i) => ({ text: 'x', thought: i % 2 === 0 }))),
    calls: (n) => gemini(many(n, (i) => ({ functionCall: { name: 'f', args: { i } } }))),
    pictures: (n) => gemini(many(n, () => ({ inlineData: { mimeType: 'image/png', data: 'AAAA' } }))),
    sources: (n) =>
      gemini(X, {
        groundingMetadata: {
          groundingChunks: many(n, () => ({ web: { uri: WEB.url, title: 't' } })),
          groundingSupports: many(n, (i) => ({ segment: { startIndex: 0, endIndex: 1 }, groundingChunkIndices: [i] })),
        },
      }),
    'passages of one source': (n) =>
      gemini(X, {
        groundingMetadata: {
          groundingChunks: [{ web: { uri: WEB.url, title: 'x'.repeat(n) } }],
          groundingSupports: [{ segment: { startIndex: 0, endIndex: 1 }, groundingChunkIndices: many(100 * n, () => 0) }],
        },
      }),
    logprobs: (n) =>
      gemini(X, { logprobsResult: { chosenCandidates: many(n, () => CHOSEN), topCandidates: many(n, () => ({ candidates: [CHOSEN] })) } }),
    candidates: (n) => ({ responseId: 'a', candidates: many(n, () => ({ index: 0, content: { parts: X }, finishReason: 'STOP' })) }),
  },
  'openai-chat': {
    calls: (n) => chat({ tool_calls: many(n, (i) => ({ id: `c${i}`, type: 'function', function: { name: 'f', arguments: '{}' } })) }),
    annotations: (n) => chat({ content: 'x', annotations: many(n, () => ({ type: 'url_citation', url_citation: WEB })) }),
    logprobs: (n) => chat({ content: 'x' }, { logprobs: { content: many(n, () => TOKEN) } }),
    pictures: (n) => chat({ images: many(n, () => ({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } })) }),
  },
  'anthropic-messages': {
    blocks: (n) => message(many(n, () => ({ type: 'text', text: 'x' }))),
    thoughts: (n) => message(many(n, () => ({ type: 'thinking', thinking: 'x', signature: 's' }))),
    calls: (n) => message(many(n, (i) => ({ type: 'tool_use', id: `t${i}`, name: 'f', input: { i } }))),
    citations: (n) =>
      message([
        { type: 'text', text: 'x', citations: many(n, () => ({ type: 'web_search_result_location', encrypted_index: 'e', ...WEB })) },
      ]),
    unknown: (n) => message(many(n, (i) => ({ type: 'odd', i }))),
  },
  'openai-responses': {
    messages: (n) => response(many(n, (i) => ({ type: 'message', id: `m${i}`, content: [{ type: 'output_text', text: 'x' }] }))),
    texts: (n) => said(many(n, () => ({ type: 'output_text', text: 'x' }))),
    annotations: (n) => said([{ type: 'output_text', text: 'x', annotations: many(n, () => ({ type: 'url_citation', ...WEB })) }]),
    logprobs: (n) => said([{ type: 'output_text', text: 'x', logprobs: many(n, () => TOKEN) }]),
    summaries: (n) => response([{ type: 'reasoning', id: 'r', summary: many(n, () => ({ type: 'summary_text', text: 'x' })) }]),
    thoughts: (n) => response([{ type: 'reasoning', id: 'r', content: many(n, () => ({ type: 'reasoning_text', text: 'x' })) }]),
    calls: (n) => response(many(n, (i) => ({ type: 'function_call', id: `f${i}`, call_id: `c${i}`, name: 'f', arguments: '{}' }))),
    unknown: (n) => response(many(n, (i) => ({ type: 'odd', id: `o${i}` }))),
  },
}
