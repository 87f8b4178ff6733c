import type { JsonObject } from '../call.ts'
import { objectIn, objectsIn, textIn } from '../json.ts'
import type { Emit } from '../reply-reader.ts'
import { readCitations } from './citations.ts'
import { finishOf, isExplained } from './finish-reasons.ts'
import { readLogprobs } from './logprobs.ts'
import { type AnswerPlace, partTeller } from './read-answer-parts.ts'

/** Reads what concerns one choice. It is finished at the end of the reply, as some models tell a reason in every piece. */
export type CandidateReader = {
  readonly take: (candidate: JsonObject) => void
  readonly isFinished: () => boolean
  readonly end: () => void
}

/** A reader of one choice. Source: https://ai.google.dev/api/generate-content#candidate (2026-11-26). */
export function candidateReader(place: AnswerPlace, emit: Emit): CandidateReader {
  const told = partTeller(place, emit)
  let citations: JsonObject = {}
  let reason: string | undefined
  let message: string | undefined
  return {
    take: (candidate) => {
      told.expect(readLogprobs(objectIn(candidate, 'logprobsResult')))
      for (const part of objectsIn(objectIn(candidate, 'content') ?? {}, 'parts')) told.take(part)
      // Each tells all that was known by then.
      for (const name of ['groundingMetadata', 'citationMetadata']) {
        const metadata = objectIn(candidate, name)
        if (metadata !== undefined) citations = { ...citations, [name]: metadata }
      }
      reason = textIn(candidate, 'finishReason') ?? reason
      message = textIn(candidate, 'finishMessage') ?? message
    },
    isFinished: () => reason !== undefined,
    end: () => {
      told.cite(readCitations(citations))
      const meant = finishOf(reason ?? '')
      if (message !== undefined && message !== '' && isExplained(meant)) told.refuse(message)
      told.close()
      const isRefusal = meant === 'filter' && told.hasRefused()
      emit({
        type: 'finish',
        choice: place.choice,
        reason: isRefusal ? 'refusal' : meant === 'stop' && told.calls() > 0 ? 'tool-calls' : meant,
        stopSequence: undefined,
      })
    },
  }
}
