import { type EncodeOptions, joinPieces } from './openai.ts'
import { type Block, type Choice, type Frame, NO_PARTS, type Reply, type TrueUsage, textOf } from './reply.ts'

/**
 * A reply as the events of a streamed Anthropic message. Only the first choice is sent; the protocol has no more.
 * Source: Anthropic API reference, "Streaming messages", and recorded streams of 2025 and 2026.
 */
export function* anthropicFrames(reply: Reply, options: EncodeOptions): Generator<Frame> {
  const choice = reply.choices[0] ?? { blocks: [], isCutByLength: false }
  const message = {
    ...messageOf(reply, []),
    stop_reason: null,
    usage: { ...anthropicUsage(reply.usage, reply.serviceTier), output_tokens: 1 },
  }
  yield event('open', { type: 'message_start', message })
  for (const [index, block] of choice.blocks.entries()) {
    yield* blockFrames(block, index, options)
  }
  if (choice.blocks.length === 0) yield event('ping', { type: 'ping' })
  const delta = { stop_reason: stopReasonOf(choice), stop_sequence: null }
  yield event('usage', { type: 'message_delta', delta, usage: anthropicDeltaUsage(reply.usage) })
  yield event('done', { type: 'message_stop' })
}

/** A reply as the JSON of an Anthropic message that was not streamed. */
export const anthropicBody = (reply: Reply): string => JSON.stringify(messageOf(reply, reply.choices[0]?.blocks ?? []))

/** True tokens in Anthropic's words: `input_tokens` leaves out what was read from or written to a cache. */
export function anthropicUsage(usage: TrueUsage, serviceTier = 'standard'): Readonly<Record<string, unknown>> {
  return {
    input_tokens: inputOf(usage),
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cached,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: usage.cacheWrite1h },
    output_tokens: usage.output,
    service_tier: serviceTier,
    inference_geo: 'not_available',
    ...toolUse(usage),
  }
}

/** The cumulative usage of a `message_delta`, which has no split of the cache writes. */
export function anthropicDeltaUsage(usage: TrueUsage, output = usage.output): Readonly<Record<string, unknown>> {
  return {
    input_tokens: inputOf(usage),
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cached,
    output_tokens: output,
    ...toolUse(usage),
  }
}

/** What the provider ran, where it ran anything. */
function toolUse({ parts }: TrueUsage): Readonly<Record<string, unknown>> {
  const { webSearches, toolCalls } = parts ?? NO_PARTS
  return webSearches + toolCalls > 0 ? { server_tool_use: { web_search_requests: webSearches, web_fetch_requests: toolCalls } } : {}
}

const inputOf = (usage: TrueUsage): number => usage.prompt - usage.cached - usage.cacheWrite5m - usage.cacheWrite1h

type EventData = { readonly type: string; readonly [field: string]: unknown }

const event = (kind: Frame['kind'], data: EventData, tokens = 0): Frame => ({ kind, name: data.type, data: JSON.stringify(data), tokens })

function* blockFrames(block: Block, index: number, options: EncodeOptions): Generator<Frame> {
  const head = block.kind === 'tool' ? block.nameTokens : 0
  yield event('structure', { type: 'content_block_start', index, content_block: openingOf(block) }, head)
  // A tool's first delta is empty in every recorded stream; the ping comes after the first block has begun.
  if (block.kind === 'tool') yield event('structure', { type: 'content_block_delta', index, delta: deltaOf(block, '') })
  if (index === 0) yield event('ping', { type: 'ping' })
  for (const piece of joinPieces(block.pieces, options.tokensPerChunk)) {
    yield event('delta', { type: 'content_block_delta', index, delta: deltaOf(block, piece.text) }, piece.tokens)
  }
  if (block.kind === 'thinking') {
    yield event('structure', { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: SIGNATURE } })
  }
  yield event('structure', { type: 'content_block_stop', index })
}

const SIGNATURE = Buffer.from('a signature of nothing, as this answer is simulated').toString('base64')

function openingOf(block: Block): EventData {
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: {} }
  return block.kind === 'thinking' ? { type: 'thinking', thinking: '', signature: '' } : { type: 'text', text: '' }
}

function deltaOf(block: Block, text: string): EventData {
  if (block.kind === 'tool') return { type: 'input_json_delta', partial_json: text }
  return block.kind === 'thinking' ? { type: 'thinking_delta', thinking: text } : { type: 'text_delta', text }
}

function stopReasonOf(choice: Choice): string {
  if (choice.isCutByLength) return 'max_tokens'
  return choice.blocks.some((block) => block.kind === 'tool') ? 'tool_use' : 'end_turn'
}

function messageOf(reply: Reply, blocks: readonly Block[]): Readonly<Record<string, unknown>> {
  return {
    model: reply.model,
    id: reply.id,
    type: 'message',
    role: 'assistant',
    content: blocks.map(contentOf),
    stop_reason: reply.choices[0] === undefined ? 'end_turn' : stopReasonOf(reply.choices[0]),
    stop_sequence: null,
    usage: anthropicUsage(reply.usage, reply.serviceTier),
  }
}

function contentOf(block: Block): EventData {
  if (block.kind === 'tool') return { type: 'tool_use', id: block.id, name: block.name, input: inputOfTool(textOf(block)) }
  return block.kind === 'thinking'
    ? { type: 'thinking', thinking: textOf(block), signature: SIGNATURE }
    : { type: 'text', text: textOf(block) }
}

function inputOfTool(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Arguments that a length limit cut off are no JSON; the provider then gives what it has, and the fake an empty object.
    return {}
  }
}
