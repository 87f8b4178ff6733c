import type { Block, Choice, Frame, Piece, Reply, TrueUsage } from './reply.ts'
import { NO_PARTS, textOf, tokensOf } from './reply.ts'

/** How a reply is put on the wire. */
export type EncodeOptions = {
  readonly tokensPerChunk: number
  readonly wantsUsage: boolean
  /** OpenAI only: reasoning goes out as `reasoning_content`, or as its summary, instead of staying hidden. */
  readonly isReasoningShown: boolean
  /** Responses only: the text goes out as a refusal. */
  readonly isRefusal?: boolean
}

const FINGERPRINT = 'fp_51a0c0ffee'

/**
 * A reply as the frames of a streamed OpenAI chat completion, `[DONE]` included. With `n` above 1 the choices follow each other.
 * Source: OpenAI API reference, "Chat completion chunk object", and recorded streams of 2026.
 */
export function* openaiFrames(reply: Reply, options: EncodeOptions): Generator<Frame> {
  const wire = chunkWriter(reply, options)
  for (const [index, choice] of reply.choices.entries()) yield* choiceFrames(wire, choice, { index, options })
  if (options.wantsUsage) yield { kind: 'usage', data: wire('[]', JSON.stringify(openaiUsage(reply.usage))), tokens: 0 }
  yield { kind: 'done', data: '[DONE]', tokens: 0 }
}

/** A reply as the JSON of an OpenAI chat completion that was not streamed. */
export function openaiBody(reply: Reply, options: EncodeOptions): string {
  const choices = reply.choices.map((choice, index) => ({
    index,
    message: messageOf(choice, options),
    logprobs: null,
    finish_reason: finishReasonOf(choice),
  }))
  return JSON.stringify({
    id: reply.id,
    object: 'chat.completion',
    created: reply.createdAt,
    model: reply.model,
    choices,
    usage: openaiUsage(reply.usage),
    service_tier: reply.serviceTier ?? 'default',
    system_fingerprint: FINGERPRINT,
  })
}

/**
 * True tokens in OpenAI's words: `prompt_tokens` includes the cached ones and all parts, `completion_tokens` the reasoning. Sources read
 * in a search are told as xAI does.
 */
export function openaiUsage(usage: TrueUsage): Readonly<Record<string, unknown>> {
  const { audioInput, imageInput, audioOutput, imageOutput, webSearches } = usage.parts ?? NO_PARTS
  return {
    prompt_tokens: usage.prompt,
    completion_tokens: usage.output,
    total_tokens: usage.prompt + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cached,
      audio_tokens: audioInput,
      ...(imageInput > 0 ? { image_tokens: imageInput } : {}),
      ...(usage.cacheWrite5m > 0 ? { cache_write_tokens: usage.cacheWrite5m } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: audioOutput,
      ...(imageOutput > 0 ? { image_tokens: imageOutput } : {}),
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    ...(webSearches > 0 ? { num_sources_used: webSearches } : {}),
  }
}

type ChunkWriter = (choicesJson: string, usageJson?: string) => string

// Written by hand around the choices: a stream has thousands of these and only the choices differ.
function chunkWriter(reply: Reply, options: EncodeOptions): ChunkWriter {
  const head = JSON.stringify({
    id: reply.id,
    object: 'chat.completion.chunk',
    created: reply.createdAt,
    model: reply.model,
    service_tier: reply.serviceTier ?? 'default',
    system_fingerprint: FINGERPRINT,
  }).slice(0, -1)
  const usageDefault = options.wantsUsage ? ',"usage":null' : ''
  return (choicesJson, usageJson) => {
    const usage = usageJson === undefined ? usageDefault : `,"usage":${usageJson}`
    const padding = reply.padding === undefined ? '' : `,"obfuscation":"${reply.padding.slice(0, 1 + ((choicesJson.length * 7) % 11))}"`
    return `${head},"choices":${choicesJson}${usage}${padding}}`
  }
}

const choiceJson = (index: number, deltaJson: string, finish: string | null = null): string =>
  `[{"index":${index},"delta":${deltaJson},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}]`

type ChoiceContext = { readonly index: number; readonly options: EncodeOptions }

function* choiceFrames(wire: ChunkWriter, choice: Choice, { index, options }: ChoiceContext): Generator<Frame> {
  const isToolOnly = choice.blocks.every((block) => block.kind !== 'text')
  const opening = isToolOnly ? '{"role":"assistant","content":null,"refusal":null}' : '{"role":"assistant","content":"","refusal":null}'
  yield { kind: 'open', data: wire(choiceJson(index, opening)), tokens: 0 }
  let toolIndex = 0
  for (const block of choice.blocks) {
    if (block.kind === 'tool') {
      yield toolOpening(wire, block, { index, toolIndex })
      toolIndex += 1
    }
    const delta = deltaWriter(block, toolIndex - 1, options)
    if (delta === undefined) continue
    for (const piece of joinPieces(block.pieces, options.tokensPerChunk)) {
      yield { kind: 'delta', data: wire(choiceJson(index, delta(piece.text))), tokens: piece.tokens }
    }
  }
  yield { kind: 'finish', data: wire(choiceJson(index, '{}', finishReasonOf(choice))), tokens: 0 }
}

type ToolBlock = Extract<Block, { kind: 'tool' }>

function toolOpening(wire: ChunkWriter, block: ToolBlock, at: { readonly index: number; readonly toolIndex: number }): Frame {
  const call = { index: at.toolIndex, id: block.id, type: 'function', function: { name: block.name, arguments: '' } }
  const data = wire(choiceJson(at.index, JSON.stringify({ tool_calls: [call] })))
  return { kind: 'delta', data, tokens: block.nameTokens }
}

function deltaWriter(block: Block, toolIndex: number, options: EncodeOptions): ((text: string) => string) | undefined {
  if (block.kind === 'text') return (text) => `{"content":${JSON.stringify(text)}}`
  if (block.kind === 'tool') return (text) => `{"tool_calls":[{"index":${toolIndex},"function":{"arguments":${JSON.stringify(text)}}}]}`
  return options.isReasoningShown ? (text) => `{"content":null,"reasoning_content":${JSON.stringify(text)}}` : undefined
}

/** Neighbouring pieces joined until each has at least `tokensMin` tokens, but for the last. */
export function* joinPieces(pieces: readonly Piece[], tokensMin: number): Generator<Piece> {
  let text = ''
  let tokens = 0
  for (const piece of pieces) {
    text += piece.text
    tokens += piece.tokens
    if (tokens < tokensMin) continue
    yield { text, tokens }
    text = ''
    tokens = 0
  }
  if (tokens > 0) yield { text, tokens }
}

function finishReasonOf(choice: Choice): string {
  if (choice.isCutByLength) return 'length'
  return choice.blocks.some((block) => block.kind === 'tool') ? 'tool_calls' : 'stop'
}

function messageOf(choice: Choice, options: EncodeOptions): Readonly<Record<string, unknown>> {
  const textBlocks = choice.blocks.filter((block) => block.kind === 'text')
  const tools = choice.blocks.filter((block) => block.kind === 'tool')
  const thinking = choice.blocks.filter((block) => block.kind === 'thinking')
  return {
    role: 'assistant',
    content: textBlocks.length === 0 && tools.length > 0 ? null : textBlocks.map(textOf).join(''),
    ...(options.isReasoningShown && thinking.length > 0 ? { reasoning_content: thinking.map(textOf).join('') } : {}),
    ...(tools.length > 0 ? { tool_calls: tools.map(toolCallOf) } : {}),
    refusal: null,
    annotations: [],
  }
}

const toolCallOf = (block: ToolBlock) => ({
  id: block.id,
  type: 'function',
  function: { name: block.name, arguments: textOf(block) },
})

/** The tokens that the answer to a call that was not streamed carries. */
export const bodyTokensOf = (reply: Reply, options: EncodeOptions): number =>
  reply.choices
    .flatMap((choice) => choice.blocks)
    .filter((block) => block.kind !== 'thinking' || options.isReasoningShown)
    .reduce((sum, block) => sum + tokensOf(block), 0)
