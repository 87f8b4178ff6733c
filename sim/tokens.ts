import type { Piece } from './reply.ts'

/** Counts and cuts text by o200k_base, the encoding of OpenAI's models since gpt-4o. */
export type Tokenizer = {
  /** Tokens of a text. Runs of more than 1,000 characters without white space are counted in parts (see `segments`). */
  readonly count: (text: string) => number
  /** The text as its tokens; tokens that end inside a character are joined with the next, as the providers do. */
  readonly pieces: (text: string) => readonly Piece[]
}

let loading: Promise<Tokenizer> | undefined

/** The tokenizer; loaded (about 100 ms) at the first call and shared from then on. */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base').then((encoding) => makeTokenizer(encoding))
  return loading
}

type Encoding = Pick<typeof import('gpt-tokenizer/encoding/o200k_base'), 'encode' | 'decode' | 'countTokens'>

// Text such as "<|endoftext|>" is a customer's text here, never a control token.
const PLAIN = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }

const CACHED_TEXTS_MAX = 64
const CACHED_CHARACTERS_MAX = 65_536

function makeTokenizer(encoding: Encoding): Tokenizer {
  const known = new Map<string, readonly Piece[]>()
  const count = (text: string): number => segments(text).reduce((sum, part) => sum + encoding.countTokens(part, PLAIN), 0)
  const pieces = (text: string): readonly Piece[] => {
    const cached = known.get(text)
    if (cached !== undefined) return cached
    const cut = segments(text.toWellFormed()).flatMap((part) => piecesOf(encoding, part))
    if (text.length <= CACHED_CHARACTERS_MAX) {
      if (known.size >= CACHED_TEXTS_MAX) known.clear()
      known.set(text, cut)
    }
    return cut
  }
  return { count, pieces }
}

function piecesOf(encoding: Encoding, text: string): Piece[] {
  const pieces: Piece[] = []
  let held: number[] = []
  let at = 0
  for (const token of encoding.encode(text, PLAIN)) {
    held.push(token)
    const piece = encoding.decode(held)
    if (!text.startsWith(piece, at)) continue
    pieces.push({ text: piece, tokens: held.length })
    at += piece.length
    held = []
  }
  return pieces
}

const RUN_MAX = 1000
const LONG_RUN = /\S{1001,}/g

/**
 * A text in parts that are cheap to encode. Byte-pair encoding takes quadratic time in the length of a word (100,000 letters
 * take seconds), so a longer run is cut every 1,000 characters; that can change the count by a token or two per cut.
 */
function segments(text: string): string[] {
  const parts: string[] = []
  let at = 0
  for (const run of text.matchAll(LONG_RUN)) {
    if (run.index > at) parts.push(text.slice(at, run.index))
    parts.push(...cutRun(run[0]))
    at = run.index + run[0].length
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}

function cutRun(run: string): string[] {
  const parts: string[] = []
  for (let at = 0; at < run.length; ) {
    // A cut between the halves of a surrogate pair would turn one character into two broken ones.
    const isInsidePair = run.charCodeAt(at + RUN_MAX) >>> 10 === 0x37
    const end = at + RUN_MAX + (isInsidePair ? 1 : 0)
    parts.push(run.slice(at, end))
    at = end
  }
  return parts
}
