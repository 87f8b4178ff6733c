import type { Json, JsonObject } from '../call.ts'
import type { CarriedThought } from '../carried-thought.ts'
import type { CanonicalEvent, PartStart } from '../events.ts'
import { isObject, optional, parseJson } from '../json.ts'
import { carryInBytes } from './thought-bytes.ts'

/** What one event adds to the content of a choice: a piece of text that grows, or a part that is whole, as JSON. */
export type Piece =
  | { readonly type: 'text'; readonly text: string; readonly logprobs?: Json }
  | { readonly type: 'thought'; readonly text: string; readonly signature?: string }
  | { readonly type: 'whole'; readonly json: string }

/** Writes the parts of one choice. */
export type AnswerParts = {
  readonly push: (event: Extract<CanonicalEvent, { part: number }>) => Piece | undefined
  /** What was refused in words, which is told beside the reason; undefined when nothing was. */
  readonly refusal: () => string | undefined
}

type Thought = Extract<PartStart, { type: 'reasoning' }>
type Call = Extract<PartStart, { type: 'tool-call' }>

/**
 * A writer of parts. Calls are told when they are whole. Thoughts of other protocols end in a signature that says what they were; one of
 * this protocol that has no text proves the part before it. Source: https://ai.google.dev/api/caching#Part (2026-11-26).
 */
export function answerParts(): AnswerParts {
  let kind: PartStart | undefined
  let text = ''
  let hasText = false
  let signature: string | undefined
  let refusal: string | undefined

  const grow = (event: Extract<CanonicalEvent, { part: number }>): Piece | undefined => {
    if (event.type === 'signature') signature = event.signature
    else if (event.type === 'refusal-delta') refusal = (refusal ?? '') + event.text
    else if (event.type === 'arguments-delta') text += event.text
    else if (event.type === 'text-delta') return { type: 'text', text: event.text, ...optional('logprobs', event.logprobs) }
    else if (event.type === 'reasoning-delta') {
      hasText = true
      return { type: 'thought', text: event.text }
    }
    return undefined
  }
  const end = (ended: PartStart): Piece | undefined => {
    if (ended.type === 'tool-call') return { type: 'whole', json: callJson(ended, text, signature) }
    if (ended.type !== 'reasoning') return undefined
    if (ended.origin === 'gemini' && signature !== undefined && !hasText) {
      return { type: 'whole', json: JSON.stringify({ text: '', thoughtSignature: signature }) }
    }
    const proof = ended.origin === 'gemini' ? signature : recordOf(ended, signature)
    return proof === undefined ? undefined : { type: 'thought', text: '', signature: proof }
  }
  return {
    push: (event) => {
      if (event.type === 'part-start') {
        kind = event.kind
        ;[text, hasText, signature] = ['', false, undefined]
        return wholePart(kind)
      }
      if (event.type !== 'part-end') return grow(event)
      const ended = kind
      kind = undefined
      return ended === undefined ? undefined : end(ended)
    },
    refusal: () => refusal,
  }
}

/** What a thought of another protocol was there; undefined where there is nothing that it would need to come back. */
function recordOf({ origin, id, encrypted, isSummary }: Thought, signature: string | undefined): string | undefined {
  if (signature === undefined && encrypted === undefined && id === undefined) return undefined
  const record: CarriedThought = {
    origin,
    ...optional('signature', signature),
    ...optional('encrypted', encrypted),
    ...optional('id', id),
    ...optional('isSummary', isSummary),
  }
  return carryInBytes(record)
}

/** A call with its arguments as they were spelled where they are an object; plain text of a custom tool is a member of one. */
function callJson({ id, name, isCustom }: Call, text: string, signature: string | undefined): string {
  const isPlain = isCustom !== true && text !== '' && isObject(parseJson(text))
  const member = isCustom === true ? 'input' : 'INVALID_JSON'
  // An end of a line says nothing between the values of JSON, and would end a line of the stream.
  const args = isPlain ? text.replace(/[\r\n]/g, ' ') : text === '' && isCustom !== true ? '{}' : JSON.stringify({ [member]: text })
  const proof = signature === undefined ? '' : `,"thoughtSignature":${JSON.stringify(signature)}`
  return `{"functionCall":{"id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"args":${args}}${proof}}`
}

/** A part that comes in one piece; undefined for those that grow, and for what only another protocol has. */
function wholePart(kind: PartStart): Piece | undefined {
  const part = mediaPart(kind)
  return part === undefined ? undefined : { type: 'whole', json: JSON.stringify(part) }
}

function mediaPart(kind: PartStart): JsonObject | undefined {
  if (kind.type === 'foreign') return kind.protocol === 'gemini' && isObject(kind.value) ? kind.value : undefined
  if (kind.type !== 'image' && kind.type !== 'audio') return undefined
  const inlineData = { mimeType: kind.mimeType, data: kind.data }
  const transcript = kind.type === 'audio' ? kind.transcript : undefined
  return { inlineData, ...(transcript === undefined ? {} : { audioTranscription: { text: transcript } }) }
}
