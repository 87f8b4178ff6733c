import { type Failure, failure } from '../../failures.ts'
import { gemini } from '../../protocols/index.ts'
import type { Usage } from '../../spec/index.ts'
import type { ReplyContext } from '../adapter.ts'
import type { JsonObject } from '../call.ts'
import type { CanonicalEvent, EventWriter } from '../events.ts'
import { type CitationGatherer, citationGatherer } from './citations.ts'
import { wordOf } from './finish-reasons.ts'
import { partGatherer } from './gather-parts.ts'
import { writeLogprobs } from './logprobs.ts'
import { type AnswerParts, answerParts, type Piece } from './write-answer-parts.ts'
import { usageJson } from './write-usage.ts'

const NOTHING = Buffer.alloc(0)

/**
 * Writes a reply as a stream of answers' pieces. The last tells why each choice ended, what it rests on, and every figure.
 * Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent (2026-11-26).
 */
export function writeStream(context: ReplyContext): EventWriter {
  const standing = replyStanding(context)
  let isOver = false
  const chunk = (candidates: readonly string[], more = ''): string =>
    `data: {"candidates":[${candidates.join(',')}]${more}${standing.tail()}}\r\n\r\n`
  const fail = (told: Failure): string => {
    isOver = true
    return gemini.encodeStreamError(told, context.requestId).toString()
  }
  const finish = (): string => {
    isOver = true
    const candidates = standing.choices().map(([index, choice]) => {
      return `{"content":{"parts":[{"text":""}],"role":"model"},"index":${index},${JSON.stringify(choice.ending()).slice(1)}`
    })
    return chunk(candidates, standing.usageMember())
  }
  const write = (event: CanonicalEvent): string => {
    const piece = standing.take(event)
    if (event.type === 'error') return fail(failureOf(event))
    if (event.type === 'end') return standing.isFailed() ? fail(failure('upstream_cut')) : finish()
    if (piece === undefined || !('choice' in event)) return ''
    const logprobs = piece.type === 'text' ? writeLogprobs(piece.logprobs) : undefined
    const more = logprobs === undefined ? '' : `,"logprobsResult":${JSON.stringify(logprobs)}`
    return chunk([`{"content":{"parts":[${partJson(piece)}],"role":"model"},"index":${event.choice}${more}}`])
  }
  return {
    push: (event) => {
      const text = isOver ? '' : write(event)
      return text === '' ? NOTHING : Buffer.from(text)
    },
    end: () => (isOver ? NOTHING : Buffer.from(fail(failure('upstream_cut')))),
  }
}

/** Writes a reply as one JSON object, when it is whole. Source: https://ai.google.dev/api/generate-content#generatecontentresponse (2026-11-26). */
export function writeWhole(context: ReplyContext): EventWriter {
  const standing = replyStanding(context)
  const gathered = partGatherer()
  let broken: Failure | undefined
  let isWhole = false
  return {
    push: (event) => {
      const piece = standing.take(event)
      if (event.type === 'error') broken ??= failureOf(event)
      if (event.type === 'end') isWhole = true
      if (piece !== undefined && 'part' in event) gathered.add(event, piece)
      return NOTHING
    },
    end: () => {
      if (standing.isFailed() || !isWhole) broken ??= failure('upstream_cut')
      if (broken !== undefined) return gemini.encodeError(broken, context.requestId)
      const candidates = standing.choices().map(([index, choice]) => {
        const logprobs = writeLogprobs(gathered.logprobs(index))
        const members = { ...choice.ending(), ...(logprobs === undefined ? {} : { logprobsResult: logprobs }) }
        return `{"content":{"parts":[${gathered.parts(index).join(',')}],"role":"model"},"index":${index},${JSON.stringify(members).slice(1)}`
      })
      return Buffer.from(`{"candidates":[${candidates.join(',')}]${standing.usageMember()}${standing.tail()}}`)
    },
  }
}

/** A piece as a part of its own. */
function partJson(piece: Piece): string {
  if (piece.type === 'whole') return piece.json
  if (piece.type === 'text') return `{"text":${JSON.stringify(piece.text)}}`
  return JSON.stringify({
    text: piece.text,
    thought: true,
    ...(piece.signature === undefined ? {} : { thoughtSignature: piece.signature }),
  })
}

type Choice = { readonly parts: AnswerParts; readonly citations: CitationGatherer; readonly ending: () => JsonObject }
type Finish = Extract<CanonicalEvent, { type: 'finish' }>
type Start = Extract<CanonicalEvent, { type: 'start' }>

/** What is known of a reply besides its parts. */
function replyStanding({ call, requestId }: ReplyContext) {
  const choices = new Map<number, Choice>()
  const finishes = new Map<number, Finish>()
  let tail: string | undefined
  let usage: Usage | undefined

  const tailOf = ({ id = requestId, model = call.model }: Pick<Start, 'id' | 'model'>): string =>
    `,"modelVersion":${JSON.stringify(model)},"responseId":${JSON.stringify(id)}`
  const choiceAt = (index: number): Choice => {
    const found = choices.get(index)
    if (found !== undefined) return found
    const [parts, citations] = [answerParts(), citationGatherer()]
    const ending = (): JsonObject => {
      const refusal = parts.refusal()
      const finishReason = wordOf(finishes.get(index)?.reason ?? 'stop', refusal !== undefined)
      return { finishReason, ...(refusal === undefined ? {} : { finishMessage: refusal }), ...citations.members() }
    }
    const made = { parts, citations, ending }
    choices.set(index, made)
    return made
  }
  return {
    /** Takes an event; what it adds to the content, where it does. */
    take: (event: CanonicalEvent): Piece | undefined => {
      if (event.type === 'start') tail ??= tailOf(event)
      if (event.type === 'usage') usage = event.usage
      if (!('choice' in event)) return undefined
      const choice = choiceAt(event.choice)
      if (event.type === 'finish') finishes.set(event.choice, event)
      if (event.type === 'citation') choice.citations.add(event.value, event.origin)
      return 'part' in event ? choice.parts.push(event) : undefined
    },
    isFailed: (): boolean => [...finishes.values()].some(({ reason }) => reason === 'error'),
    choices: () => [...choices].toSorted(([a], [b]) => a - b),
    usageMember: (): string => (usage === undefined ? '' : `,"usageMetadata":${JSON.stringify(usageJson(usage))}`),
    /** What every piece of a reply ends in. */
    tail: (): string => {
      tail ??= tailOf({ id: undefined, model: undefined })
      return tail
    },
  }
}

/** A provider's error in the middle of an answer: its own words, as they are for the caller of the model. */
const failureOf = ({ code, message }: Extract<CanonicalEvent, { type: 'error' }>): Failure => ({
  ...failure('upstream_cut'),
  ...(code === 'upstream_cut' ? {} : { message }),
})
