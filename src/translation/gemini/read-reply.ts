import { geminiReplyUsage } from '../../protocols/index.ts'
import type { JsonObject } from '../call.ts'
import type { EventReader } from '../events.ts'
import { countIn, objectIn, objectsIn, textIn } from '../json.ts'
import { BROKEN, type Emit, type ReplyParser, readEventStream, readWholeReply } from '../reply-reader.ts'
import { CALL_ARGUMENTS } from './call-arguments.ts'
import { type CandidateReader, candidateReader } from './read-candidate.ts'

/** Reads a whole answer. Source: https://ai.google.dev/api/generate-content#generatecontentresponse (2026-11-26). */
export const readWhole = (): EventReader => readWholeReply(contentParser, CALL_ARGUMENTS)

/** Reads a stream of answers' pieces, as it comes with `alt=sse`. Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent (2026-11-26). */
export const readStream = (): EventReader => readEventStream(contentParser, CALL_ARGUMENTS)

/** Most choices of one answer. */
const CHOICES_MAX = 128

function contentParser(emit: Emit): ReplyParser {
  const choices = new Map<number, CandidateReader>()
  let replyId: string | undefined
  let hasStarted = false
  let lastUsage = ''
  let searches = 0
  let refusal: { readonly text: string | undefined } | undefined

  const start = (object: JsonObject): void => {
    if (hasStarted) return
    hasStarted = true
    replyId = textIn(object, 'responseId')
    emit({ type: 'start', id: replyId, model: textIn(object, 'modelVersion'), createdAt: undefined })
  }
  const choiceAt = (index: number): CandidateReader => {
    const found = choices.get(index)
    if (found !== undefined) return found
    if (choices.size >= CHOICES_MAX) throw new RangeError('more choices than a call can ask for')
    const made = candidateReader({ choice: index, replyId: replyId ?? '' }, emit)
    choices.set(index, made)
    return made
  }
  const figures = geminiReplyUsage()
  const count = (told: JsonObject): void => {
    const text = JSON.stringify([told, searches])
    if (text === lastUsage) return
    lastUsage = text
    figures.add(told)
    const usage = figures.usage()
    if (usage !== undefined) emit({ type: 'usage', usage: { ...usage, webSearches: searches } })
  }
  return {
    take: (object) => {
      const error = objectIn(object, 'error')
      if (error !== undefined) return emit(errorEvent(error))
      if (!isAnswer(object)) return
      start(object)
      const candidates = objectsIn(object, 'candidates')
      for (const candidate of candidates) searches = Math.max(searches, queriesOf(candidate))
      // Figures go first, as some clients are told the prompt's before the answer begins.
      const usage = objectIn(object, 'usageMetadata')
      if (usage !== undefined) count(usage)
      for (const candidate of candidates) choiceAt(countIn(candidate, 'index') ?? 0).take(candidate)
      const feedback = objectIn(object, 'promptFeedback')
      if (feedback?.['blockReason'] !== undefined) refusal = { text: textIn(feedback, 'blockReasonMessage') }
    },
    end: () => {
      // A prompt that was withheld has no answer.
      if (choices.size === 0 && refusal !== undefined) {
        choiceAt(0).take({ finishReason: 'SAFETY', ...(refusal.text === undefined ? {} : { finishMessage: refusal.text }) })
      }
      const isWhole = choices.size > 0 && [...choices.values()].every((choice) => choice.isFinished())
      if (isWhole) for (const choice of choices.values()) choice.end()
      emit(isWhole ? { type: 'end' } : BROKEN)
    },
  }
}

const isAnswer = (object: JsonObject): boolean =>
  object['candidates'] !== undefined || object['promptFeedback'] !== undefined || object['usageMetadata'] !== undefined

/** Searches of the web that an answer rests on; those that found nothing of use are not told. */
function queriesOf(candidate: JsonObject): number {
  const queries = objectIn(candidate, 'groundingMetadata')?.['webSearchQueries']
  return Array.isArray(queries) ? queries.length : 0
}

const errorEvent = (error: JsonObject) =>
  ({
    type: 'error',
    code: textIn(error, 'status'),
    message: textIn(error, 'message') ?? 'The provider told an error without words.',
  }) as const
