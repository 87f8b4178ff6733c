import type { Json, JsonObject } from '../call.ts'
import { objectIn, objectsIn, optional, textIn } from '../json.ts'
import { mediaOfUrl } from '../media.ts'
import { type PartSequence, partSequence } from '../part-sequence.ts'
import type { Emit } from '../reply-reader.ts'
import { finishOf } from './finish-reasons.ts'
import { type ToolReader, toolReader } from './read-tool-calls.ts'

/** Reads what concerns one choice, out of chunks or out of a whole message. */
export type ChoiceReader = { readonly take: (choice: JsonObject) => void; readonly isFinished: () => boolean }

/** Which choice, and the id of the reply, of which ids for tool calls are made that the upstream gave none. */
export type ChoicePlace = { readonly choice: number; readonly replyId: string }

/** Parts of prose; a chunk of one ends the others. */
const PROSE = ['reasoning', 'text', 'refusal'] as const
type Prose = (typeof PROSE)[number]

/** A reader of one choice. */
export function choiceReader({ choice, replyId }: ChoicePlace, emit: Emit): ChoiceReader {
  const parts = partSequence(choice, emit)
  const tools = toolReader(parts, replyId)
  const prose = proseTeller(parts, tools)
  let isFinished = false
  let isTold = false

  const readDelta = (delta: JsonObject, logprobs: Json | undefined): void => {
    // Some upstreams send the same thoughts under both names.
    prose.tell('reasoning', textIn(delta, 'reasoning_content') ?? textIn(delta, 'reasoning') ?? '')
    const content = delta['content']
    if (typeof content === 'string') prose.tell('text', content, logprobs)
    for (const piece of objectsIn(delta, 'content')) tellPiece(piece, prose)
    for (const value of objectsIn(delta, 'annotations')) prose.cite(value)
    prose.tell('refusal', textIn(delta, 'refusal') ?? '')
    for (const image of objectsIn(delta, 'images')) prose.show(textIn(objectIn(image, 'image_url') ?? {}, 'url') ?? '')
    const calls = objectsIn(delta, 'tool_calls')
    if (calls.length > 0) prose.close()
    for (const [position, call] of calls.entries()) tools.take(call, position)
  }
  const finish = (word: string, stopReason: Json | undefined): void => {
    isFinished = true
    parts.closeAll()
    // vLLM tells beside the reason which stop sequence was hit.
    const stopSequence = typeof stopReason === 'string' && word === 'stop' ? stopReason : undefined
    const told = stopSequence === undefined ? finishOf(word) : 'stop-sequence'
    // Where a tool had to be called, and where a refusal was told in words, the protocol says "stop".
    const reason = told !== 'stop' ? told : tools.count() > 0 ? 'tool-calls' : prose.hasRefused() ? 'refusal' : 'stop'
    emit({ type: 'finish', choice, reason, stopSequence })
  }
  return {
    take: (told) => {
      if (isFinished) return
      // MiniMax ends a stream with the whole message once more.
      const delta = objectIn(told, 'delta') ?? (isTold ? undefined : objectIn(told, 'message'))
      isTold ||= delta !== undefined
      const logprobs = objectIn(told, 'logprobs')?.['content']
      if (delta !== undefined) readDelta(delta, Array.isArray(logprobs) && logprobs.length > 0 ? logprobs : undefined)
      const word = textIn(told, 'finish_reason')
      if (word !== undefined && word !== '') finish(word, told['stop_reason'])
    },
    isFinished: () => isFinished,
  }
}

type ProseTeller = {
  readonly tell: (kind: Prose, text: string, logprobs?: Json) => void
  readonly cite: (value: Json) => void
  /** A picture at a data URL. */
  readonly show: (url: string) => void
  readonly close: () => void
  readonly hasRefused: () => boolean
}

/** Tells what is no tool call, a part for each stretch of a kind. */
function proseTeller(parts: PartSequence, tools: ToolReader): ProseTeller {
  let hasRefused = false
  let images = 0
  const close = (): void => {
    for (const kind of PROSE) parts.close(kind)
  }
  const open = (kind: Prose): void => {
    if (parts.isOpen(kind)) return
    close()
    tools.closeComplete()
    parts.open(kind, kind === 'reasoning' ? { type: 'reasoning', origin: 'openai-chat' } : { type: kind })
  }
  return {
    tell: (kind, text, logprobs) => {
      if (text === '') return
      open(kind)
      hasRefused ||= kind === 'refusal'
      if (kind === 'text') parts.tell(kind, { type: 'text-delta', text, ...optional('logprobs', logprobs) })
      else parts.tell(kind, { type: `${kind}-delta`, text })
    },
    cite: (value) => {
      open('text')
      parts.tell('text', { type: 'citation', origin: 'openai-chat', value })
    },
    show: (url) => {
      const media = mediaOfUrl(url)
      if (media.kind !== 'base64') return
      close()
      images += 1
      parts.open(`image:${images}`, { type: 'image', mimeType: media.mimeType, data: media.data })
      parts.close(`image:${images}`)
    },
    close,
    hasRefused: () => hasRefused,
  }
}

/** A piece of a content that is a list, as Mistral sends it. Source: https://docs.mistral.ai/capabilities/reasoning (2026-11). */
function tellPiece(piece: JsonObject, prose: ProseTeller): void {
  if (piece['type'] === 'text') prose.tell('text', textIn(piece, 'text') ?? '')
  if (piece['type'] !== 'thinking') return
  for (const thought of objectsIn(piece, 'thinking')) prose.tell('reasoning', textIn(thought, 'text') ?? '')
}
