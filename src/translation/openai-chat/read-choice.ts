import type { Json, JsonObject } from '../call.ts'
import { objectIn, objectsIn, optional, textIn } from '../json.ts'
import { mediaOfUrl } from '../media.ts'
import { partSequence } from '../part-sequence.ts'
import type { Emit } from '../reply-reader.ts'
import { finishOf } from './finish-reasons.ts'
import { toolReader } from './read-tool-calls.ts'

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
  let isFinished = false
  let hasRefused = false
  let images = 0

  const open = (key: Prose): void => {
    if (parts.isOpen(key)) return
    for (const other of PROSE) parts.close(other)
    tools.closeComplete()
    parts.open(key, key === 'reasoning' ? { type: 'reasoning', origin: 'openai-chat' } : { type: key })
  }
  const tellText = (text: string, logprobs?: Json): void => {
    if (text === '') return
    open('text')
    parts.tell('text', { type: 'text-delta', text, ...optional('logprobs', logprobs) })
  }
  const tellReasoning = (text: string): void => {
    if (text === '') return
    open('reasoning')
    parts.tell('reasoning', { type: 'reasoning-delta', text })
  }
  const tellRefusal = (text: string): void => {
    if (text === '') return
    hasRefused = true
    open('refusal')
    parts.tell('refusal', { type: 'refusal-delta', text })
  }
  const tellImage = (url: string | undefined): void => {
    const media = url === undefined ? undefined : mediaOfUrl(url)
    if (media?.kind !== 'base64') return
    for (const other of PROSE) parts.close(other)
    images += 1
    parts.open(`image:${images}`, { type: 'image', mimeType: media.mimeType, data: media.data })
    parts.close(`image:${images}`)
  }
  const readDelta = (delta: JsonObject, logprobs: Json | undefined): void => {
    // Some upstreams send the same thoughts under both names.
    tellReasoning(textIn(delta, 'reasoning_content') ?? textIn(delta, 'reasoning') ?? '')
    const content = delta['content']
    if (typeof content === 'string') tellText(content, logprobs)
    for (const piece of objectsIn(delta, 'content')) tellPiece(piece, { tellText, tellReasoning })
    for (const value of objectsIn(delta, 'annotations')) {
      open('text')
      parts.tell('text', { type: 'citation', origin: 'openai-chat', value })
    }
    tellRefusal(textIn(delta, 'refusal') ?? '')
    for (const image of objectsIn(delta, 'images')) tellImage(textIn(objectIn(image, 'image_url') ?? {}, 'url'))
    const calls = objectsIn(delta, 'tool_calls')
    if (calls.length > 0) for (const key of PROSE) parts.close(key)
    for (const [position, call] of calls.entries()) tools.take(call, position)
  }
  const finish = (word: string, stopReason: Json | undefined): void => {
    isFinished = true
    parts.closeAll()
    // vLLM tells beside the reason which stop sequence was hit.
    const stopSequence = typeof stopReason === 'string' && word === 'stop' ? stopReason : undefined
    const told = stopSequence === undefined ? finishOf(word) : 'stop-sequence'
    // Where a tool had to be called, and where a refusal was told in words, the protocol says "stop".
    const reason = told !== 'stop' ? told : tools.count() > 0 ? 'tool-calls' : hasRefused ? 'refusal' : 'stop'
    emit({ type: 'finish', choice, reason, stopSequence })
  }
  return {
    take: (told) => {
      if (isFinished) return
      const delta = objectIn(told, 'delta') ?? objectIn(told, 'message')
      const logprobs = objectIn(told, 'logprobs')?.['content']
      if (delta !== undefined) readDelta(delta, Array.isArray(logprobs) && logprobs.length > 0 ? logprobs : undefined)
      const word = textIn(told, 'finish_reason')
      if (word !== undefined && word !== '') finish(word, told['stop_reason'])
    },
    isFinished: () => isFinished,
  }
}

type Tellers = { readonly tellText: (text: string) => void; readonly tellReasoning: (text: string) => void }

/** A piece of a content that is a list, as Mistral sends it. Source: https://docs.mistral.ai/capabilities/reasoning (2026-11). */
function tellPiece(piece: JsonObject, { tellText, tellReasoning }: Tellers): void {
  if (piece['type'] === 'text') tellText(textIn(piece, 'text') ?? '')
  if (piece['type'] !== 'thinking') return
  for (const thought of objectsIn(piece, 'thinking')) tellReasoning(textIn(thought, 'text') ?? '')
}
