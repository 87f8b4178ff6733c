import { anthropicFrames } from './anthropic.ts'
import { geminiFrames } from './gemini.ts'
import { openaiFrames } from './openai.ts'
import { cutIntoPieces, prose, type SeededRandom, seededRandom, toolArguments } from './prose.ts'
import type { Recording } from './recordings.ts'
import { type Block, type Frame, type LineEnd, NO_PARTS, type Reply, type TrueParts, type TrueUsage, tokensOf, wireOf } from './reply.ts'
import { isOpenai, type SimProtocol } from './request.ts'
import { responsesFrames } from './responses.ts'

/** A made-up stream and the truth about it. */
export type SyntheticStream = Recording & {
  readonly protocol: SimProtocol
  /** What its usage frames say; pieces count as one token each. Undefined when the stream has no usage frame. */
  readonly usage: TrueUsage | undefined
  /** The service tier it tells, in the provider's word. */
  readonly servedTier: string
  /** What is special about it, such as 'crlf', 'comments', 'no-final-newline', 'tool-1mb', 'parts', 'cache-writes'. */
  readonly traits: readonly string[]
}

/**
 * Seeded streams in the grammar of every protocol. They take turns over: protocol; prose, tool call, both, reasoning, nothing; LF,
 * CRLF, CR; comments; no last newline; no usage frame (OpenAI). Four in a hundred, from number 12 on, have a tool call of 1 MB.
 */
export function syntheticStreams(seed: number, count: number): SyntheticStream[] {
  return Array.from({ length: count }, (_, index) => makeStream(seed, index))
}

const LINE_ENDS = [
  ['lf', '\n'],
  ['crlf', '\r\n'],
  ['cr', '\r'],
] as const satisfies readonly (readonly [string, LineEnd])[]
const SHAPES = ['prose', 'tool', 'prose-tool', 'reasoning', 'empty'] as const
const PROTOCOLS = ['openai', 'openai-responses', 'anthropic', 'gemini'] as const satisfies readonly SimProtocol[]
/** One for each protocol. */
const LARGE: ReadonlySet<number> = new Set([12, 37, 63, 86])
type Shape = (typeof SHAPES)[number] | 'tool-1mb'

function makeStream(seed: number, index: number): SyntheticStream {
  const random = seededRandom(seed * 7919 + index)
  const protocol = PROTOCOLS[index % PROTOCOLS.length] ?? 'openai'
  const turn = Math.floor(index / PROTOCOLS.length)
  const shape: Shape = LARGE.has(index % 100) ? 'tool-1mb' : (SHAPES[turn % SHAPES.length] ?? 'prose')
  const [lineEndName, lineEnd] = LINE_ENDS[turn % 3] ?? LINE_ENDS[0]
  const hasComments = index % 4 === 1 || random.below(5) === 0
  const hasFinalNewline = index % 7 !== 3
  const wantsUsage = protocol !== 'openai' || turn % 4 !== 3
  const reply = makeReply(random, shape, protocol)
  const options = { tokensPerChunk: 1, wantsUsage, isReasoningShown: true }
  const frames = [...FRAMES[protocol](reply, options)]
  const traits = [
    shape,
    lineEndName,
    ...(hasComments ? ['comments'] : []),
    ...(hasFinalNewline ? [] : ['no-final-newline']),
    ...(wantsUsage ? [] : ['no-usage']),
    ...(reply.usage.parts === undefined ? [] : ['parts']),
    ...(isOpenai(protocol) && reply.usage.cacheWrite5m > 0 ? ['cache-writes'] : []),
  ]
  return {
    name: `synthetic-${seed}-${index}-${protocol}-${traits.join('-')}`,
    protocol,
    payloads: frames.filter((frame) => frame.data !== '[DONE]').map((frame) => frame.data),
    bytes: bytesOf(frames, { lineEnd, hasComments, hasFinalNewline }),
    usage: wantsUsage ? reply.usage : undefined,
    servedTier: reply.serviceTier ?? '',
    traits,
  }
}

const FRAMES = { openai: openaiFrames, 'openai-responses': responsesFrames, anthropic: anthropicFrames, gemini: geminiFrames } as const

type Wire = { readonly lineEnd: LineEnd; readonly hasComments: boolean; readonly hasFinalNewline: boolean }

function bytesOf(frames: readonly Frame[], { lineEnd, hasComments, hasFinalNewline }: Wire): Buffer {
  const comment = hasComments ? `: keep-alive ✓${lineEnd}${lineEnd}` : ''
  const text = frames.map((frame, index) => `${index % 3 === 0 ? comment : ''}${wireOf(frame, lineEnd)}`).join('')
  return Buffer.from(hasFinalNewline ? text : text.trimEnd())
}

function makeReply(random: SeededRandom, shape: Shape, protocol: SimProtocol): Reply {
  const blocks = blocksOf(random, shape, protocol)
  const output = blocks.reduce((sum, block) => sum + tokensOf(block), 0)
  const prompt = 1 + random.below(5000)
  const cached = random.below(3) === 0 ? random.below(prompt) : 0
  const cacheWrite5m = protocol !== 'gemini' && random.below(3) === 0 ? random.below(prompt - cached) : 0
  const reasoning = blocks.reduce((sum, block) => sum + (block.kind === 'thinking' ? tokensOf(block) : 0), 0)
  const parts =
    random.below(3) === 0 ? makeParts(random, protocol, { read: prompt - cached - cacheWrite5m, made: output - reasoning }) : undefined
  return {
    id: `${IDS[protocol]}${random.word(29)}`,
    createdAt: 1_763_683_200 + random.below(1_000_000),
    model: 'sim-model',
    choices: [{ blocks, isCutByLength: random.below(6) === 0 }],
    usage: {
      prompt,
      cached,
      cacheWrite5m,
      cacheWrite1h: 0,
      output,
      reasoning,
      ...(parts === undefined ? {} : { parts }),
    },
    serviceTier: random.pick(SERVED[protocol]),
    ...(isOpenai(protocol) ? { padding: random.word(64) } : {}),
  }
}

const IDS = { openai: 'chatcmpl-', 'openai-responses': 'resp_', anthropic: 'msg_01', gemini: '' } as const
const OPENAI_TIERS = ['default', 'flex', 'priority', 'scale'] as const
const SERVED = {
  openai: OPENAI_TIERS,
  'openai-responses': OPENAI_TIERS,
  anthropic: ['standard', 'priority'],
  gemini: ['standard'],
} as const

const TOOL_CALLS_MAX = { openai: 0, 'openai-responses': 3, anthropic: 3, gemini: 1 } as const

/**
 * Sound, pictures, and what the provider ran; Anthropic tells of the last only, OpenAI's chat completions of searches alone, Gemini of no
 * tier in its events.
 */
function makeParts(random: SeededRandom, protocol: SimProtocol, room: { readonly read: number; readonly made: number }): TrueParts {
  const pieces = { webSearches: random.below(6), toolCalls: random.below(TOOL_CALLS_MAX[protocol] + 1) }
  if (protocol === 'anthropic') return { ...NO_PARTS, ...pieces }
  const audioInput = random.below(room.read + 1)
  const audioOutput = random.below(room.made + 1)
  const imageInput = random.below(room.read - audioInput + 1)
  return { ...pieces, audioInput, imageInput, audioOutput, imageOutput: random.below(room.made - audioOutput + 1) }
}

function blocksOf(random: SeededRandom, shape: Shape, protocol: SimProtocol): Block[] {
  const text: Block = { kind: 'text', pieces: piecesOf(random, prose(random, 20 + random.below(400)), 6) }
  const thinking: Block = { kind: 'thinking', pieces: piecesOf(random, prose(random, 20 + random.below(200)), 6) }
  const tool = (charactersMin: number, pieceMax: number): Block => ({
    kind: 'tool',
    id: isOpenai(protocol) ? `call_${random.word(24)}` : `toolu_01${random.word(22)}`,
    name: 'book_seat',
    nameTokens: 2,
    pieces: piecesOf(random, toolArguments(random, charactersMin), pieceMax),
  })
  const byShape: { readonly [shape in Shape]: () => Block[] } = {
    prose: () => [text],
    tool: () => [tool(60, 6)],
    'prose-tool': () => [text, tool(60, 6), tool(200, 12)],
    reasoning: () => [thinking, text],
    empty: () => [],
    'tool-1mb': () => [tool(1_048_576, isOpenai(protocol) ? 40_000 : 2_000_000)],
  }
  return byShape[shape]()
}

const piecesOf = (random: SeededRandom, text: string, lengthMax: number) =>
  cutIntoPieces(random, text, lengthMax).map((piece) => ({ text: piece, tokens: 1 }))
