import { type SeededRandom, seededRandom, sentence, toolArguments } from './prose.ts'
import { type Block, type Choice, type Piece, type Reply, type TrueParts, tokensOf } from './reply.ts'
import { isOpenai, promptTokensOf, type SimRequest } from './request.ts'
import { type SimScript, splitModel } from './script.ts'
import type { Tokenizer } from './tokens.ts'

/** What a plan is made from; `createdAt` in seconds since 1970. */
export type PlanInput = {
  readonly request: SimRequest
  readonly script: SimScript
  readonly seed: number
  readonly tokenizer: Tokenizer
  readonly createdAt: number
}

const OUTPUT_TOKENS_DEFAULT = 32

/** The whole answer to a request, with the true tokens of everything in it. The same input gives the same answer. */
export function planReply(input: PlanInput): Reply {
  const { request, script, tokenizer } = input
  const random = seededRandom(input.seed)
  const choices = Array.from({ length: request.choices }, () => planChoice(input, random))
  const prompt = script.promptTokens ?? promptTokensOf(request, tokenizer)
  const cached = Math.min(script.cachedTokens ?? 0, prompt)
  const cacheWrite5m = Math.min(script.cacheWrite5mTokens ?? 0, prompt - cached)
  const cacheWrite1h = Math.min(script.cacheWrite1hTokens ?? 0, prompt - cached - cacheWrite5m)
  const blocks = choices.flatMap((choice) => choice.blocks)
  const reasoning = sumTokens(blocks.filter((block) => block.kind === 'thinking'))
  const output = sumTokens(blocks)
  const parts = partsOf(input, { read: prompt - cached - cacheWrite5m - cacheWrite1h, made: output - reasoning })
  const serviceTier = script.servedTier ?? TIERS.find((tier) => tier === request.serviceTier)
  return {
    id: idOf(request, random),
    createdAt: input.createdAt,
    model: script.answerModel ?? splitModel(request.model).name,
    choices,
    usage: { prompt, cached, cacheWrite5m, cacheWrite1h, output, reasoning, ...(parts === undefined ? {} : { parts }) },
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(isOpenai(request.protocol) && request.wantsPadding ? { padding: random.word(64) } : {}),
  }
}

/** Tiers that are served as they are asked for. */
const TIERS = ['flex', 'priority']

/** The parts that the script wants, as far as there is room for them and the request allows; undefined when it wants none. */
function partsOf({ script, request }: PlanInput, { read, made }: { readonly read: number; readonly made: number }): TrueParts | undefined {
  const { audioTokens = 0, imageTokens = 0, audioOutputTokens = 0, imageOutputTokens = 0, searches = 0, toolCallsRun = 0 } = script
  if (audioTokens + imageTokens + audioOutputTokens + imageOutputTokens + searches + toolCallsRun === 0) return undefined
  const audioInput = Math.min(audioTokens, read)
  const audioOutput = Math.min(audioOutputTokens, made)
  return {
    ...{ audioInput, imageInput: Math.min(imageTokens, read - audioInput) },
    ...{ audioOutput, imageOutput: Math.min(imageOutputTokens, made - audioOutput) },
    webSearches: Math.min(searches, request.searchesMax),
    toolCalls: request.protocol === 'openai' ? 0 : Math.min(toolCallsRun, request.toolCallsMax),
  }
}

const sumTokens = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + tokensOf(block), 0)

function idOf({ protocol }: SimRequest, random: SeededRandom): string {
  if (protocol === 'gemini') return random.word(22)
  if (protocol === 'openai-responses') return `resp_${random.word(50)}`
  return protocol === 'openai' ? `chatcmpl-${random.word(29)}` : `msg_01${random.word(22)}`
}

function planChoice(input: PlanInput, random: SeededRandom): Choice {
  const whole = [...thinkingOf(input, random), ...textBlocksOf(input, random), ...toolBlocksOf(input, random)]
  return cutToLength(whole, input.request.outputMax ?? Number.POSITIVE_INFINITY)
}

function thinkingOf({ script, tokenizer }: PlanInput, random: SeededRandom): Block[] {
  if (script.reasoningText !== undefined) return [{ kind: 'thinking', pieces: tokenizer.pieces(script.reasoningText) }]
  const tokens = script.reasoningTokens ?? 0
  return tokens === 0 ? [] : [{ kind: 'thinking', pieces: proseOfTokens(tokenizer, random, tokens) }]
}

function textBlocksOf({ request, script, tokenizer }: PlanInput, random: SeededRandom): Block[] {
  if (script.text !== undefined) return [{ kind: 'text', pieces: tokenizer.pieces(script.text) }]
  if (script.isEcho === true) return [{ kind: 'text', pieces: tokenizer.pieces(request.lastUserText) }]
  const isToolOnly = script.toolCalls !== undefined && request.tools.length > 0 && script.outputTokens === undefined
  if (isToolOnly) return []
  // An answer that the limit will cut need not be made whole: a million tokens asked for, ten allowed.
  const planned = script.outputTokens ?? OUTPUT_TOKENS_DEFAULT
  const tokens = Math.min(planned, (request.outputMax ?? planned) + 1)
  return [{ kind: 'text', pieces: proseOfTokens(tokenizer, random, tokens) }]
}

function toolBlocksOf({ request, script, tokenizer }: PlanInput, random: SeededRandom): Block[] {
  const first = request.tools[0]
  if (script.toolCalls === undefined || first === undefined) return []
  const calls = script.toolCalls === 'first' ? [{ name: first, arguments: toolArguments(random, 80) }] : script.toolCalls
  return calls.map((call) => ({
    kind: 'tool',
    id: isOpenai(request.protocol) ? `call_${random.word(24)}` : `toolu_01${random.word(22)}`,
    name: call.name,
    nameTokens: tokenizer.count(call.name),
    pieces: tokenizer.pieces(call.arguments),
  }))
}

function cutToLength(blocks: readonly Block[], tokensMax: number): Choice {
  const kept: Block[] = []
  let left = tokensMax
  for (const block of blocks) {
    const head = block.kind === 'tool' ? block.nameTokens : 0
    const pieces = takePieces(block.pieces, left - head)
    if (head <= left && (pieces.length > 0 || block.pieces.length === 0)) kept.push({ ...block, pieces })
    if (pieces.length < block.pieces.length || head > left) return { blocks: kept, isCutByLength: true }
    left -= tokensOf(block)
  }
  return { blocks: kept, isCutByLength: false }
}

function takePieces(pieces: readonly Piece[], tokensMax: number): readonly Piece[] {
  let sum = 0
  const end = pieces.findIndex((piece) => {
    sum += piece.tokens
    return sum > tokensMax
  })
  return end < 0 ? pieces : pieces.slice(0, end)
}

const SENTENCES = 256
const pools = new WeakMap<Tokenizer, readonly (readonly Piece[])[]>()

/**
 * Seeded prose of exactly `tokens` tokens, which is also what a count of its text gives: it is put together from sentences that
 * begin with a space and a word and end with a full stop, where the encoding always parts, and filled up with one-token words.
 */
export function proseOfTokens(tokenizer: Tokenizer, random: SeededRandom, tokens: number): Piece[] {
  const pool = poolOf(tokenizer)
  const pieces: Piece[] = []
  let left = tokens
  let misses = 0
  while (left > 0 && misses < 8) {
    const next = pool[random.below(pool.length)] ?? []
    const cost = next.reduce((sum, piece) => sum + piece.tokens, 0)
    if (cost > left) misses += 1
    else {
      for (const piece of next) pieces.push(piece)
      left -= cost
    }
  }
  for (; left > 0; left -= 1) pieces.push({ text: random.pick(ONE_TOKEN_WORDS), tokens: 1 })
  return pieces
}

const ONE_TOKEN_WORDS = [' so', ' then', ' and', ' yes'] as const

function poolOf(tokenizer: Tokenizer): readonly (readonly Piece[])[] {
  const known = pools.get(tokenizer)
  if (known !== undefined) return known
  const random = seededRandom(1)
  const made = Array.from({ length: SENTENCES }, () => tokenizer.pieces(` ${sentence(random)}`))
  pools.set(tokenizer, made)
  return made
}
