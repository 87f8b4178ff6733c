import type { Json, JsonObject } from '../call.ts'
import type { PartStart } from '../events.ts'
import { isObject, objectIn, optional, textIn } from '../json.ts'
import type { PartEvent } from '../part-sequence.ts'
import type { Emit } from '../reply-reader.ts'
import { madeUpId } from './call-ids.ts'

/** Which choice, and the id of the reply, of which ids for calls are made. */
export type AnswerPlace = { readonly choice: number; readonly replyId: string }

/** Tells what is in a choice. */
export type PartTeller = {
  /** How likely the tokens of the next text were. */
  readonly expect: (logprobs: Json | undefined) => void
  readonly take: (part: JsonObject) => void
  /** What the text rests on. */
  readonly cite: (values: readonly Json[]) => void
  /** Why the provider refused, in words. */
  readonly refuse: (text: string) => void
  readonly close: () => void
  readonly hasRefused: () => boolean
  readonly calls: () => number
}

/** Most tool calls of one choice. */
const CALLS_MAX = 128

/** Tells the parts of an answer: pieces of text that follow each other are one, what proves the thoughts behind a part follows it. */
export function partTeller(place: AnswerPlace, emit: Emit): PartTeller {
  const row = partRow(place.choice, emit)
  let calls = 0
  let hasRefused = false
  let logprobs: Json | undefined

  const takeThought = (text: string, signature: string | undefined): void => {
    if (text === '' && signature === undefined) return
    row.goOn('reasoning')
    if (text !== '') row.tell({ type: 'reasoning-delta', text })
    if (signature === undefined) return
    row.tell({ type: 'signature', signature })
    row.settle()
  }
  const takeText = (text: string, signature: string | undefined): void => {
    if (text !== '' || logprobs !== undefined) {
      row.goOn('text')
      row.tell({ type: 'text-delta', text, ...optional('logprobs', logprobs) })
      logprobs = undefined
    }
    row.prove(signature)
  }
  const takeCall = (call: JsonObject, signature: string | undefined): void => {
    // Arguments in pieces are not asked for.
    if (call['partialArgs'] !== undefined || call['willContinue'] === true) throw new RangeError('a call in pieces')
    if (calls >= CALLS_MAX) throw new RangeError('more tool calls than an answer can have')
    const id = textIn(call, 'id') || madeUpId(`${place.replyId}-${place.choice}`, calls)
    calls += 1
    row.begin({ type: 'tool-call', id, name: textIn(call, 'name') ?? '' })
    row.tell({ type: 'arguments-delta', text: JSON.stringify(objectIn(call, 'args') ?? {}) })
    if (signature !== undefined) row.tell({ type: 'signature', signature })
    row.settle()
  }
  const takeWhole = (part: JsonObject, signature: string | undefined): void => {
    const start = mediaStart(part) ?? foreignStart(part)
    if (start === undefined) return
    row.begin(start)
    if (start.type !== 'foreign') row.prove(signature)
    else row.settle()
  }
  return {
    expect: (told) => {
      logprobs = told
    },
    take: (part) => {
      const signature = textIn(part, 'thoughtSignature') || undefined
      const [text, call] = [textIn(part, 'text'), objectIn(part, 'functionCall')]
      if (call !== undefined) takeCall(call, signature)
      else if (text === undefined) takeWhole(part, signature)
      else if (part['thought'] === true) takeThought(text, signature)
      else takeText(text, signature)
    },
    cite: (values) => {
      if (values.length > 0 && row.kind() !== 'text') row.goOn('text')
      for (const value of values) row.tell({ type: 'citation', origin: 'gemini', value })
    },
    refuse: (text) => {
      hasRefused = true
      row.begin({ type: 'refusal' })
      row.tell({ type: 'refusal-delta', text })
    },
    close: row.settle,
    hasRefused: () => hasRefused,
    calls: () => calls,
  }
}

/** The parts of one choice, one at a time. */
function partRow(choice: number, emit: Emit) {
  let part = -1
  let open: PartStart['type'] | undefined
  let proof: string | undefined

  const start = (kind: PartStart): void => {
    part += 1
    open = kind.type
    emit({ type: 'part-start', choice, part, kind })
  }
  const tell = (event: PartEvent): void => emit({ ...event, choice, part })
  const end = (): void => {
    if (open !== undefined) emit({ type: 'part-end', choice, part })
    open = undefined
  }
  const settle = (): void => {
    end()
    if (proof === undefined) return
    start({ type: 'reasoning', origin: 'gemini' })
    tell({ type: 'signature', signature: proof })
    proof = undefined
    end()
  }
  const begin = (kind: PartStart): void => {
    settle()
    start(kind)
  }
  return {
    begin,
    /** Begins a part of prose, unless one of its kind is open and nothing was proved since. */
    goOn: (kind: 'text' | 'reasoning'): void => {
      if (open !== kind || proof !== undefined) begin(kind === 'text' ? { type: 'text' } : { type: 'reasoning', origin: 'gemini' })
    },
    tell,
    /** Keeps what proves the thoughts behind the part that is open, or that was last; a second one proves something else. */
    prove: (signature: string | undefined): void => {
      if (signature !== undefined && proof !== undefined) settle()
      proof = signature ?? proof
    },
    /** Ends the part that is open, and tells what proves it. */
    settle,
    kind: () => open,
  }
}

/** Parts that no other protocol has: what the provider's own tools did, and media of other kinds. */
const FOREIGN: ReadonlySet<string> = new Set([
  ...['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse', 'inlineData', 'fileData'],
])

function foreignStart(part: JsonObject): Extract<PartStart, { type: 'foreign' }> | undefined {
  const name = Object.keys(part).find((one) => FOREIGN.has(one) && isObject(part[one]))
  return name === undefined ? undefined : { type: 'foreign', protocol: 'gemini', name, value: part }
}

function mediaStart(part: JsonObject): Extract<PartStart, { type: 'image' | 'audio' }> | undefined {
  const inline = objectIn(part, 'inlineData') ?? {}
  const [mimeType, data] = [textIn(inline, 'mimeType') ?? '', textIn(inline, 'data')]
  if (data === undefined) return undefined
  if (mimeType.startsWith('image/')) return { type: 'image', mimeType, data }
  const transcript = textIn(objectIn(part, 'audioTranscription') ?? {}, 'text')
  return mimeType.startsWith('audio/') ? { type: 'audio', mimeType, data, ...optional('transcript', transcript) } : undefined
}
