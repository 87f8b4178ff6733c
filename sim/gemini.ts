import { type EncodeOptions, joinPieces } from './openai.ts'
import { type Block, type Choice, type Frame, NO_PARTS, type Reply, type TrueParts, type TrueUsage, textOf, tokensOf } from './reply.ts'

/**
 * A reply as the events of a streamed Gemini answer: each has a part and the usage so far, the last one of a candidate says why it ended.
 * There is no end mark. A call of a tool comes whole. Source: Gemini API reference, "GenerateContentResponse", and recorded streams of 2025.
 */
export function* geminiFrames(reply: Reply, options: EncodeOptions): Generator<Frame> {
  let made = 0
  let thought = options.isReasoningShown ? 0 : reply.usage.reasoning
  const data = (candidate: object): string =>
    eventOf(reply, [candidate], geminiUsage({ ...reply.usage, output: made + thought, reasoning: thought }))
  for (const [index, choice] of reply.choices.entries()) {
    for (const block of choice.blocks) {
      if (block.kind === 'thinking' && !options.isReasoningShown) continue
      for (const { part, tokens } of partsOf(block, options)) {
        thought += block.kind === 'thinking' ? tokens : 0
        made += block.kind === 'thinking' ? 0 : tokens
        yield { kind: 'delta', data: data({ content: { parts: [part], role: 'model' }, index }), tokens }
      }
    }
    if (index < reply.choices.length - 1) yield { kind: 'structure', data: data(lastOf(choice, index)), tokens: 0 }
  }
  const last = reply.choices.length - 1
  const ending = { ...lastOf(reply.choices[last] ?? NO_CHOICE, Math.max(0, last)), ...groundingOf(reply.usage.parts ?? NO_PARTS) }
  yield { kind: 'done', data: eventOf(reply, [ending], geminiUsage(reply.usage)), tokens: 0 }
}

/** A reply as the JSON of a Gemini answer that was not streamed; it is indented, as the real ones are. */
export function geminiBody(reply: Reply, options: EncodeOptions): string {
  const candidates = reply.choices.map((choice, index) => ({
    content: { parts: choice.blocks.flatMap((block) => wholePartOf(block, options)), role: 'model' },
    finishReason: finishReasonOf(choice),
    index,
    ...(index === 0 ? groundingOf(reply.usage.parts ?? NO_PARTS) : {}),
  }))
  return JSON.stringify({ candidates, ...endOf(reply, geminiUsage(reply.usage)) }, undefined, 2)
}

/**
 * True tokens in Gemini's words: `promptTokenCount` holds what was read from a cache, thoughts stand beside the candidates, zeros are left
 * out.
 */
export function geminiUsage(usage: TrueUsage): Readonly<Record<string, unknown>> {
  const { audioInput, imageInput, audioOutput, imageOutput } = usage.parts ?? NO_PARTS
  const candidates = usage.output - usage.reasoning
  const read = details({ TEXT: usage.prompt - audioInput - imageInput, AUDIO: audioInput, IMAGE: imageInput })
  const made = details({ AUDIO: audioOutput, IMAGE: imageOutput })
  return {
    ...counted('promptTokenCount', usage.prompt),
    ...counted('candidatesTokenCount', candidates),
    totalTokenCount: usage.prompt + usage.output,
    ...counted('cachedContentTokenCount', usage.cached),
    promptTokensDetails: read,
    ...(made.length > 0 ? { candidatesTokensDetails: made } : {}),
    ...(usage.cached > 0 ? { cacheTokensDetails: details({ TEXT: usage.cached }) } : {}),
    ...counted('thoughtsTokenCount', usage.reasoning),
  }
}

const counted = (name: string, value: number): Readonly<Record<string, number>> => (value === 0 ? {} : { [name]: value })

const details = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([modality, tokenCount]) => (tokenCount > 0 ? [{ modality, tokenCount }] : []))

const NO_CHOICE: Choice = { blocks: [], isCutByLength: false }

const endOf = (reply: Reply, usageMetadata: object) => ({ usageMetadata, modelVersion: reply.model, responseId: reply.id })

const eventOf = (reply: Reply, candidates: readonly object[], usage: object): string =>
  JSON.stringify({ candidates, ...endOf(reply, usage) })

const lastOf = (choice: Choice, index: number) => ({
  content: { parts: [{ text: '' }], role: 'model' },
  finishReason: finishReasonOf(choice),
  index,
})

const finishReasonOf = ({ isCutByLength }: Choice): string => (isCutByLength ? 'MAX_TOKENS' : 'STOP')

/** Queries are told as texts, a use of maps as a place that was used. */
function groundingOf({ webSearches, toolCalls }: TrueParts): object {
  if (webSearches + toolCalls === 0) return {}
  const webSearchQueries = Array.from({ length: webSearches }, (_, index) => `ferry "times" ${index} []`)
  const groundingChunks = toolCalls > 0 ? [{ maps: { uri: 'https://maps.google.com/?cid=1', title: 'The pier' } }] : []
  return { groundingMetadata: { webSearchQueries, groundingChunks } }
}

type Sent = { readonly part: object; readonly tokens: number }

function* partsOf(block: Block, options: EncodeOptions): Generator<Sent> {
  if (block.kind === 'tool') yield { part: toolPart(block), tokens: tokensOf(block) }
  else for (const { text, tokens } of joinPieces(block.pieces, options.tokensPerChunk)) yield { part: textPart(block, text), tokens }
}

function wholePartOf(block: Block, { isReasoningShown }: EncodeOptions): readonly object[] {
  if (block.kind === 'tool') return [toolPart(block)]
  return block.kind === 'thinking' && !isReasoningShown ? [] : [textPart(block, textOf(block))]
}

const textPart = (block: Block, text: string) => ({ text, ...(block.kind === 'thinking' ? { thought: true } : {}) })

const SIGNATURE = Buffer.from('a signature of nothing, as this answer is simulated').toString('base64')

const toolPart = (block: Extract<Block, { kind: 'tool' }>) => ({
  functionCall: { name: block.name, args: argumentsOf(textOf(block)) },
  thoughtSignature: SIGNATURE,
})

function argumentsOf(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Arguments that a length limit cut off are no JSON; the fake gives an empty object then.
    return {}
  }
}
