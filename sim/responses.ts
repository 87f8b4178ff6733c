import { type EncodeOptions, joinPieces } from './openai.ts'
import { type Block, type Frame, NO_PARTS, type Reply, type TrueUsage, textOf } from './reply.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A reply as the events of a streamed response. Only the first choice is sent; the protocol has no more.
 * Source: OpenAI API reference, "Responses streaming events", and recorded streams of 2025 and 2026.
 */
export function* responsesFrames(reply: Reply, options: EncodeOptions): Generator<Frame> {
  const event = eventMaker()
  const begun = responseOf(reply, { status: 'in_progress', output: [], usage: null })
  yield event({ kind: 'open', type: 'response.created', fields: { response: begun } })
  yield event({ kind: 'structure', type: 'response.in_progress', fields: { response: begun } })
  const items = itemsOf(reply, options)
  for (const [index, { item, block }] of items.entries()) {
    const opening = { ...openingOf(item), ...('status' in item ? { status: 'in_progress' } : {}) }
    const head = block?.kind === 'tool' ? block.nameTokens : 0
    yield event({ kind: 'structure', type: 'response.output_item.added', fields: { output_index: index, item: opening }, tokens: head })
    const at = { output_index: index, item_id: String(item['id']) }
    if (block === undefined) yield* runFrames(event, item, at)
    else yield* blockFrames({ event, at, options, padding: reply.padding }, block, item)
    yield event({ kind: 'structure', type: 'response.output_item.done', fields: { output_index: index, item } })
  }
  const response = responseOf(reply, { ...standingOf(reply), output: items.map(({ item }) => item), usage: responsesUsage(reply.usage) })
  yield event({ kind: 'done', type: `response.${String(response['status'])}`, fields: { response } })
}

/** A reply as the JSON of a response that was not streamed. */
export const responsesBody = (reply: Reply, options: EncodeOptions): string => {
  const output = itemsOf(reply, options).map(({ item }) => item)
  return JSON.stringify(responseOf(reply, { ...standingOf(reply), output, usage: responsesUsage(reply.usage) }))
}

/** True tokens in the words of responses: `input_tokens` includes the cached ones and all parts, `output_tokens` the reasoning. */
export function responsesUsage(usage: TrueUsage): Fields {
  const { audioInput, imageInput, audioOutput, imageOutput } = usage.parts ?? NO_PARTS
  return {
    input_tokens: usage.prompt,
    input_tokens_details: {
      cached_tokens: usage.cached,
      ...(usage.cacheWrite5m > 0 ? { cache_write_tokens: usage.cacheWrite5m } : {}),
      ...(audioInput > 0 ? { audio_tokens: audioInput } : {}),
      ...(imageInput > 0 ? { image_tokens: imageInput } : {}),
    },
    output_tokens: usage.output,
    output_tokens_details: {
      reasoning_tokens: usage.reasoning,
      ...(audioOutput > 0 ? { audio_tokens: audioOutput } : {}),
      ...(imageOutput > 0 ? { image_tokens: imageOutput } : {}),
    },
    total_tokens: usage.prompt + usage.output,
  }
}

type EventMaker = (event: MadeEvent) => Frame
type MadeEvent = { readonly kind: Frame['kind']; readonly type: string; readonly fields: Fields; readonly tokens?: number }

function eventMaker(): EventMaker {
  let number = 0
  return ({ kind, type, fields, tokens = 0 }) => {
    const data = JSON.stringify({ type, sequence_number: number, ...fields })
    number += 1
    return { kind, name: type, data, tokens }
  }
}

const standingOf = ({ choices }: Reply): { readonly status: string; readonly reason?: string } =>
  choices[0]?.isCutByLength === true ? { status: 'incomplete', reason: 'max_output_tokens' } : { status: 'completed' }

type Standing = { readonly status: string; readonly reason?: string; readonly output: readonly Fields[]; readonly usage: Fields | null }

const responseOf = (reply: Reply, { status, reason, output, usage }: Standing): Fields => ({
  ...{ id: reply.id, object: 'response', created_at: reply.createdAt, status, background: false, error: null },
  completed_at: status === 'completed' ? reply.createdAt : null,
  incomplete_details: reason === undefined ? null : { reason },
  ...{ instructions: null, max_output_tokens: null, max_tool_calls: null, model: reply.model, output, parallel_tool_calls: true },
  ...{ previous_response_id: null, prompt_cache_key: null, prompt_cache_retention: null, reasoning: { effort: 'medium', summary: null } },
  ...{ safety_identifier: null, service_tier: status === 'in_progress' ? 'auto' : (reply.serviceTier ?? 'default'), store: false },
  ...{ temperature: 1, text: { format: { type: 'text' }, verbosity: 'medium' }, tool_choice: 'auto', tools: [], top_logprobs: 0 },
  ...{ top_p: 1, presence_penalty: 0, frequency_penalty: 0, truncation: 'disabled', usage, user: null, metadata: {} },
})

/** An item of the output, and the block it tells; undefined for a tool that the provider ran. */
type Item = { readonly item: Fields; readonly block: Block | undefined }

function itemsOf(reply: Reply, options: EncodeOptions): readonly Item[] {
  const { webSearches, toolCalls } = reply.usage.parts ?? NO_PARTS
  const suffix = reply.id.replace(/^\w+?_/, '')
  const searches = Array.from({ length: webSearches }, (_, index) => ({ item: searchOf(`ws_${index}${suffix}`), block: undefined }))
  const runs = Array.from({ length: toolCalls }, (_, index) => ({ item: runOf(`ci_${index}${suffix}`), block: undefined }))
  const blocks = (reply.choices[0]?.blocks ?? []).map((block, index) => ({ item: itemOf(block, `${index}${suffix}`, options), block }))
  return [...searches, ...runs, ...blocks]
}

const searchOf = (id: string): Fields => ({
  ...{ id, type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'ferry times' } },
})
const runOf = (id: string): Fields => ({
  ...{ id, type: 'code_interpreter_call', status: 'completed', code: 'print(40)', container_id: 'cntr_1', outputs: [] },
})

function itemOf(block: Block, suffix: string, options: EncodeOptions): Fields {
  const text = textOf(block)
  if (block.kind === 'tool')
    return { id: `fc_${suffix}`, type: 'function_call', status: 'completed', arguments: text, call_id: block.id, name: block.name }
  if (block.kind === 'thinking')
    return { id: `rs_${suffix}`, type: 'reasoning', summary: options.isReasoningShown ? [{ type: 'summary_text', text }] : [] }
  const content = [partOf(text, options)]
  return { id: `msg_${suffix}`, type: 'message', status: 'completed', content, role: 'assistant' }
}

const partOf = (text: string, { isRefusal }: EncodeOptions): Fields =>
  isRefusal === true ? { type: 'refusal', refusal: text } : { type: 'output_text', annotations: [], logprobs: [], text }

/** An item as it begins, with nothing in it yet. */
function openingOf(item: Fields): Fields {
  if (item['type'] === 'function_call') return { ...item, arguments: '' }
  if (item['type'] === 'reasoning') return { ...item, summary: [] }
  if (item['type'] === 'message') return { ...item, content: [] }
  return { id: item['id'], type: item['type'], status: item['status'] }
}

type At = { readonly output_index: number; readonly item_id: string }

function* runFrames(event: EventMaker, item: Fields, at: At): Generator<Frame> {
  const isSearch = item['type'] === 'web_search_call'
  for (const step of ['in_progress', isSearch ? 'searching' : 'interpreting', 'completed'])
    yield event({ kind: 'structure', type: `response.${String(item['type'])}.${step}`, fields: at })
}

type Writing = { readonly event: EventMaker; readonly at: At; readonly options: EncodeOptions; readonly padding: string | undefined }

function* blockFrames({ event, at, options, padding }: Writing, block: Block, item: Fields): Generator<Frame> {
  const told = tellingOf(block, options)
  if (told === undefined) return
  const { place, part, delta, done, partName } = told
  const whole = textOf(block)
  const logprobs = told.hasLogprobs ? { logprobs: [] } : {}
  if (part !== undefined)
    yield event({ kind: 'structure', type: `response.${partName}.added`, fields: { ...at, ...place, part: part('') } })
  for (const piece of joinPieces(block.pieces, options.tokensPerChunk)) {
    const obfuscation = padding === undefined ? {} : { obfuscation: padding.slice(0, 1 + ((piece.text.length * 7) % 15)) }
    yield event({
      kind: 'delta',
      type: `response.${delta}.delta`,
      fields: { ...at, ...place, delta: piece.text, ...logprobs, ...obfuscation },
      tokens: piece.tokens,
    })
  }
  const name = block.kind === 'tool' ? { name: item['name'] } : {}
  yield event({ kind: 'structure', type: `response.${delta}.done`, fields: { ...at, ...place, [done]: whole, ...logprobs, ...name } })
  if (part !== undefined)
    yield event({ kind: 'structure', type: `response.${partName}.done`, fields: { ...at, ...place, part: part(whole) } })
}

/** In which events a block is told. */
type Telling = {
  readonly place: Fields
  readonly delta: string
  /** The member of the last event that has all of the text. */
  readonly done: string
  readonly partName: string
  readonly part: ((text: string) => Fields) | undefined
  readonly hasLogprobs: boolean
}

function tellingOf(block: Block, options: EncodeOptions): Telling | undefined {
  if (block.kind === 'tool')
    return { place: {}, delta: 'function_call_arguments', done: 'arguments', partName: '', part: undefined, hasLogprobs: false }
  if (block.kind === 'thinking') {
    if (!options.isReasoningShown) return undefined
    const part = (text: string): Fields => ({ type: 'summary_text', text })
    const place = { summary_index: 0 }
    return { place, delta: 'reasoning_summary_text', done: 'text', partName: 'reasoning_summary_part', part, hasLogprobs: false }
  }
  const part = (text: string): Fields => partOf(text, options)
  const [delta, done] = options.isRefusal === true ? ['refusal', 'refusal'] : ['output_text', 'text']
  return { place: { content_index: 0 }, delta, done, partName: 'content_part', part, hasLogprobs: options.isRefusal !== true }
}
