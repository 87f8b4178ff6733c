import { isSimFaultName, type SimFaultName } from './faults.ts'
import { SIM_HABITS, type SimHabit } from './habits.ts'

/** How the fake upstream answers a call. Everything is optional; the default is 32 tokens of seeded prose without delay. */
export type SimScript = {
  /** Answer exactly this text. */
  readonly text?: string
  /** Answer the text of the last user message. */
  readonly isEcho?: boolean
  /** Answer seeded prose of exactly this many tokens. Default 32. */
  readonly outputTokens?: number
  /** Reasoning tokens before the answer; OpenAI: counted, not shown; Anthropic: a thinking block. Default 0. */
  readonly reasoningTokens?: number
  /** Reason exactly this text instead. */
  readonly reasoningText?: string
  /** OpenAI only: tell the reasoning, as `reasoning_content` as DeepSeek does, or as the summary of a response. Default false. */
  readonly isReasoningShown?: boolean
  /** OpenAI's responses only: the text is a refusal. Default false. */
  readonly isRefusal?: boolean
  /** Calls to make if the request has tools: given ones, or 'first' for the first tool of the request with seeded arguments. */
  readonly toolCalls?: 'first' | readonly { readonly name: string; readonly arguments: string }[]
  /** Takes this for the tokens of the prompt instead of counting them. */
  readonly promptTokens?: number
  /** Tokens of the prompt that were read from a cache; at most the prompt. Default 0. */
  readonly cachedTokens?: number
  /** Tokens of the prompt that were written to a cache for five minutes; Anthropic only. Default 0. */
  readonly cacheWrite5mTokens?: number
  /** The same for an hour. */
  readonly cacheWrite1hTokens?: number
  /** Tokens of the prompt that were sound, or pictures; at most what was not cached. OpenAI only. Default 0. */
  readonly audioTokens?: number
  readonly imageTokens?: number
  /** Tokens of the output that were sound, or pictures; at most the output. OpenAI only. Default 0. */
  readonly audioOutputTokens?: number
  readonly imageOutputTokens?: number
  /** Searches, and other tools, that the provider runs; Anthropic and responses only as far as the request's tools allow. Default 0. */
  readonly searches?: number
  readonly toolCallsRun?: number
  /** The service tier that the answer tells, in the provider's word. Default: what was asked for, else the usual one. */
  readonly servedTier?: string
  /** The model that the answer names. Default: the requested one without its marker. */
  readonly answerModel?: string
  /** Milliseconds before the headers. Default 0. */
  readonly firstByteDelayMs?: number
  /** Milliseconds before each frame but the first. Default 0. */
  readonly chunkDelayMs?: number
  /** Output tokens per frame, at least. Default 1. */
  readonly tokensPerChunk?: number
  /** Frames per write to the socket. Default 1. */
  readonly framesPerWrite?: number
  /** Writes the body in pieces of this many bytes, each on a turn of its own. */
  readonly splitBytes?: number
  /** Milliseconds between such pieces. Default 0. */
  readonly splitDelayMs?: number
  /** OpenAI only: the ways of which provider the answer has. Default: OpenAI's own. */
  readonly habit?: SimHabit
  /** Tells this error as MiniMax does, with status 200. */
  readonly errorInBody?: number
  /** What goes wrong. */
  readonly fault?: SimFaultName
  /** For faults in mid-stream: after how many output frames. Default 3. */
  readonly faultAfter?: number
  /** For faults without end: after how many bytes (headers, for many-headers) they end all the same. */
  readonly faultMax?: number
}

/** A script that could not be read from a request's marker; `word` is the part at fault. */
export type BadMarker = { readonly word: string }

const NUMBER_WORDS = {
  tokens: 'outputTokens',
  reasoning: 'reasoningTokens',
  prompt: 'promptTokens',
  cached: 'cachedTokens',
  'write-5m': 'cacheWrite5mTokens',
  'write-1h': 'cacheWrite1hTokens',
  'audio-in': 'audioTokens',
  'image-in': 'imageTokens',
  'audio-out': 'audioOutputTokens',
  'image-out': 'imageOutputTokens',
  searches: 'searches',
  'tool-runs': 'toolCallsRun',
  'error-in-body': 'errorInBody',
  'first-byte-ms': 'firstByteDelayMs',
  'chunk-ms': 'chunkDelayMs',
  'tokens-per-chunk': 'tokensPerChunk',
  'frames-per-write': 'framesPerWrite',
  split: 'splitBytes',
  'split-ms': 'splitDelayMs',
  max: 'faultMax',
  after: 'faultAfter',
} as const satisfies Record<string, keyof SimScript>

/**
 * The script in a marker, as in model `sim-model!cut-after=3,tokens=50,echo`: words after "!", parted by commas. A word is a fault's
 * name (its value is `faultAfter`), `echo`, `tool`, `refusal`, `reasoning-shown`, `served-` and a service tier, `habit-` and a provider, or one of the numbers tokens, reasoning, prompt, cached,
 * write-5m, write-1h, audio-in, image-in, audio-out, image-out, searches, tool-runs, error-in-body, first-byte-ms, chunk-ms, tokens-per-chunk, frames-per-write, split, split-ms, max, after.
 */
export function scriptOfMarker(marker: string): SimScript | BadMarker {
  let script: SimScript = {}
  for (const part of marker.split(',').filter((word) => word !== '')) {
    const [word = '', value] = part.split('=')
    const read = scriptOfWord(word, value)
    if (read === undefined) return { word: part }
    script = { ...script, ...read }
  }
  return script
}

function scriptOfWord(word: string, value: string | undefined): SimScript | undefined {
  if (word === 'echo') return { isEcho: true }
  if (word === 'tool') return { toolCalls: 'first' }
  if (word === 'refusal') return { isRefusal: true }
  if (word === 'reasoning-shown') return { isReasoningShown: true }
  const habit = SIM_HABITS.find((name) => word === HABIT + name)
  if (habit !== undefined) return { habit }
  if (word.startsWith(SERVED)) return { servedTier: word.slice(SERVED.length) }
  const number = value === undefined ? undefined : Number(value)
  if (number !== undefined && !(Number.isSafeInteger(number) && number >= 0)) return undefined
  if (isSimFaultName(word)) return number === undefined ? { fault: word } : { fault: word, faultAfter: number }
  if (Object.hasOwn(NUMBER_WORDS, word) && number !== undefined) return { [NUMBER_WORDS[word as keyof typeof NUMBER_WORDS]]: number }
  return undefined
}

const SERVED = 'served-'
const HABIT = 'habit-'

/** The model's name without its marker, and the marker. */
export function splitModel(model: string): { readonly name: string; readonly marker: string } {
  const at = model.indexOf('!')
  return at < 0 ? { name: model, marker: '' } : { name: model.slice(0, at), marker: model.slice(at + 1) }
}
