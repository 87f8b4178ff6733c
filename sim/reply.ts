/** A bit of output that goes out in one frame, and the tokens it cost. */
export type Piece = { readonly text: string; readonly tokens: number }

/** A part of an answer. `hidden` reasoning costs tokens and shows nothing; a tool's name costs `nameTokens`. */
export type Block =
  | { readonly kind: 'text' | 'thinking'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'tool'; readonly id: string; readonly name: string; readonly nameTokens: number; readonly pieces: readonly Piece[] }

/** One of the `n` answers to a request. */
export type Choice = { readonly blocks: readonly Block[]; readonly isCutByLength: boolean }

/** True tokens of a call. `prompt` is the whole prompt; the cached and cache-written tokens are parts of it. */
export type TrueUsage = {
  readonly prompt: number
  readonly cached: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  /** All output tokens over all choices, reasoning included. */
  readonly output: number
  readonly reasoning: number
  /** Further parts of it; undefined when there are none. */
  readonly parts?: TrueParts
}

/** Tokens of the prompt and of the output that were sound or pictures, and how often the provider searched and ran other tools. */
export type TrueParts = {
  readonly audioInput: number
  readonly imageInput: number
  readonly audioOutput: number
  readonly imageOutput: number
  readonly webSearches: number
  readonly toolCalls: number
}

/** None of them. */
export const NO_PARTS: TrueParts = { audioInput: 0, imageInput: 0, audioOutput: 0, imageOutput: 0, webSearches: 0, toolCalls: 0 }

/** A whole answer before it is put into a protocol's words. `createdAt` is seconds since 1970. */
export type Reply = {
  readonly id: string
  readonly createdAt: number
  readonly model: string
  readonly choices: readonly Choice[]
  readonly usage: TrueUsage
  /** The service tier it is served in, in the provider's word. Default: the usual one's. */
  readonly serviceTier?: string
  /** Letters for the padding that OpenAI adds to chunks; undefined leaves it out. */
  readonly padding?: string
}

/** The text of a block. */
export const textOf = (block: Block): string => block.pieces.map((piece) => piece.text).join('')

/** Tokens of a block that goes out in frames. */
export const tokensOf = (block: Block): number =>
  block.pieces.reduce((sum, piece) => sum + piece.tokens, block.kind === 'tool' ? block.nameTokens : 0)

/** What a frame of a stream is: opening, structure, ping, output, the frame with usage, the end mark. */
export type FrameKind = 'open' | 'structure' | 'ping' | 'delta' | 'finish' | 'usage' | 'done'

/** How a connection is ended on purpose: silence, TCP reset, close, or our direction closed only. */
export type Ending = 'hang' | 'reset' | 'cut' | 'half-close'

/** One server-sent event before framing. `tokens` is the output it carries; `ending` says what happens after it went out. */
export type Frame = {
  readonly kind: FrameKind
  readonly name?: string
  readonly data: string
  readonly tokens: number
  readonly ending?: Ending
  /** Goes out as it stands, without a name or the word data. */
  readonly isBare?: boolean
}

/** The line ends that server-sent events may have. Source: WHATWG HTML, server-sent events, "parsing an event stream" (2026). */
export type LineEnd = '\n' | '\r\n' | '\r'

/** A frame as it goes over the wire: optional event name, data, blank line. */
export function wireOf(frame: Frame, lineEnd: LineEnd = '\n'): string {
  if (frame.isBare === true) return `${frame.data}${lineEnd}`
  const name = frame.name === undefined ? '' : `event: ${frame.name}${lineEnd}`
  return `${name}data: ${frame.data}${lineEnd}${lineEnd}`
}
