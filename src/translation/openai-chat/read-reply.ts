import { openaiReplyUsage } from '../../protocols/index.ts'
import type { Json, JsonObject } from '../call.ts'
import type { EventReader } from '../events.ts'
import { countIn, isObject, objectsIn, textIn } from '../json.ts'
import { BROKEN, type Emit, type ReplyParser, readEventStream, readWholeReply } from '../reply-reader.ts'
import { type ChoiceReader, choiceReader } from './read-choice.ts'

/** Reads a whole chat completion. Source: https://platform.openai.com/docs/api-reference/chat/object (2026-11). */
export const readWhole = (): EventReader => readWholeReply(chatParser)

/** Reads a stream of chat completion chunks. Source: https://platform.openai.com/docs/api-reference/chat-streaming (2026-11). */
export const readStream = (): EventReader => readEventStream(chatParser)

/** Most choices of one answer. */
const CHOICES_MAX = 128

function chatParser(emit: Emit): ReplyParser {
  const choices = new Map<number, ChoiceReader>()
  const usage = usageTeller(emit)
  let replyId: string | undefined
  let hasStarted = false

  const start = (object: JsonObject): void => {
    const id = filledIn(object, 'id')
    // What Azure's filters make of a prompt comes first, before anything is known of the answer.
    if (hasStarted || (id === undefined && objectsIn(object, 'choices').length === 0)) return
    hasStarted = true
    replyId = id
    emit({ type: 'start', id, model: filledIn(object, 'model'), createdAt: countIn(object, 'created') || undefined })
  }
  const choiceAt = (index: number): ChoiceReader => {
    const found = choices.get(index)
    if (found !== undefined) return found
    if (choices.size >= CHOICES_MAX) throw new RangeError('more choices than a call can ask for')
    const made = choiceReader({ choice: index, replyId: replyId ?? '' }, emit)
    choices.set(index, made)
    return made
  }
  return {
    take: (object) => {
      if (tellError(object['error'], emit)) return
      if (object['choices'] === undefined && object['usage'] === undefined) return
      start(object)
      for (const choice of objectsIn(object, 'choices')) choiceAt(countIn(choice, 'index') ?? 0).take(choice)
      if (isObject(object['usage'])) usage(object['usage'])
    },
    end: () => {
      const isWhole = choices.size > 0 && [...choices.values()].every((choice) => choice.isFinished())
      emit(isWhole ? { type: 'end' } : BROKEN)
    },
  }
}

/** A member that is a text of at least one character; undefined otherwise. */
const filledIn = (object: JsonObject, name: string): string | undefined => textIn(object, name) || undefined

/** Tells an error; false when there is none. Some upstreams write "error": null beside an answer. */
function tellError(error: Json | undefined, emit: Emit): boolean {
  if (error === undefined || error === null) return false
  const told: JsonObject = isObject(error) ? error : { message: error }
  const code = textIn(told, 'code') ?? textIn(told, 'type')
  emit({ type: 'error', code, message: textIn(told, 'message') ?? 'The provider told an error without words.' })
  return true
}

/** Tells the figures of each usage object, once for each change. */
function usageTeller(emit: Emit): (told: JsonObject) => void {
  const figures = openaiReplyUsage()
  let last = ''
  return (told) => {
    const text = JSON.stringify(told)
    if (text === last) return
    last = text
    figures.add(told)
    const usage = figures.usage()
    if (usage !== undefined) emit({ type: 'usage', usage })
  }
}
