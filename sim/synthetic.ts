import { anthropicFrames } from './anthropic.ts'
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
 * Seeded streams in the grammar of each protocol. They take turns over: protocol; prose, tool call, both, reasoning, nothing; LF,
 * CRLF, CR; comments; no last newline; no usage frame (OpenAI). In a hundred, three have a tool call of 1 MB, one of each protocol.
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
type Shape = (typeof SHAPES)[number] | 'tool-1mb'

/** Half of the streams are of one protocol, so that turns over two, three, five and seven other things meet each protocol. */
const TURNS = ['openai', 'anthropic', 'openai-responses', 'anthropic'] as const satisfies readonly SimProtocol[]
const LARGE = [12, 38, 63]

function makeStream(seed: number, index: number): SyntheticStream {
  const random = seededRandom(seed * 7919 + index)
  const protocol = TURNS[index % TURNS.length] ?? TURNS[0]
  const shape: Shape = LARGE.includes(index % 100) ? 'tool-1mb' : (SHAPES[(index >> 1) % SHAPES.length] ?? 'prose')
  const [lineEndName, lineEnd] = LINE_ENDS[index % 3] ?? LINE_ENDS[0]
  const hasComments = index % 4 === 1 || random.below(5) === 0
  const hasFinalNewline = index % 7 !== 3
  const wantsUsage = protocol !== 'openai' || index % 8 !== 4
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

const FRAMES = { openai: openaiFrames, 'openai-responses': responsesFrames, anthropic: anthropicFrames } as const

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
  const cacheWrite5m = random.below(3) === 0 ? random.below(prompt - cached) : 0
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

const IDS = { openai: 'chatcmpl-', 'openai-responses': 'resp_', anthropic: 'msg_01' } as const
const OPENAI_TIERS = ['default', 'flex', 'priority', 'scale'] as const
const SERVED = { openai: OPENAI_TIERS, 'openai-responses': OPENAI_TIERS, anthropic: ['standard', 'priority'] } as const

/** Sound, pictures, and what the provider ran; Anthropic tells of the last only, OpenAI's chat completions of searches alone. */
function makeParts(random: SeededRandom, protocol: SimProtocol, room: { readonly read: number; readonly made: number }): TrueParts {
  const pieces = { webSearches: random.below(6), toolCalls: protocol === 'openai' ? 0 : random.below(4) }
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
