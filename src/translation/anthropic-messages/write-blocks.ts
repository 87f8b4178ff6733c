import type { CanonicalCall, Json, JsonObject } from '../call.ts'
import { type CarriedThought, carry } from '../carried-thought.ts'
import type { CanonicalEvent, PartStart } from '../events.ts'
import { isObject, optional, withoutUndefined } from '../json.ts'
import { ownName } from '../tool-names.ts'
import { urlCitationOf } from '../url-citation.ts'

/** Takes what happens to blocks, in the words of a stream's events, without their `type`. */
export type BlockSink = {
  readonly begin: (index: number, block: JsonObject) => void
  readonly grow: (index: number, delta: JsonObject) => void
  readonly end: (index: number) => void
}

/** Writes the parts of an answer as blocks. */
export type BlockWriter = {
  readonly push: (event: Extract<CanonicalEvent, { part: number }>) => void
  /** Ends the block that is open. */
  readonly close: () => void
  /** What was refused in words, which is told beside the reason; undefined when nothing was. */
  readonly refusal: () => string | undefined
}

type Thought = Extract<PartStart, { type: 'reasoning' }>

/**
 * A writer of blocks. Thoughts of other protocols are blocks whose signature, or data, says what they were; the signature of a tool call
 * is a block of its own after the call. Pictures and sound have no block here; what was said in sound is told as text.
 */
export function blockWriter(sink: BlockSink, call: Pick<CanonicalCall, 'toolNames'>): BlockWriter {
  let index = -1
  let kind: PartStart | undefined
  let isOpen = false
  let signature: string | undefined
  let refusal: string | undefined

  const open = (block: JsonObject): void => {
    index += 1
    isOpen = true
    sink.begin(index, block)
  }
  const shut = (): void => {
    if (isOpen) sink.end(index)
    isOpen = false
  }
  const whole = (block: JsonObject): void => {
    open(block)
    shut()
  }
  const close = (): void => {
    const ended = kind
    kind = undefined
    if (ended?.type === 'tool-call' && ended.isCustom === true && isOpen) sink.grow(index, { type: 'input_json_delta', partial_json: '"}' })
    if (ended?.type === 'reasoning' && isOpen) sink.grow(index, { type: 'signature_delta', signature: proofOf(ended, signature) })
    shut()
    if (ended?.type === 'tool-call' && signature !== undefined) {
      whole({ type: 'redacted_thinking', data: carry({ origin: 'gemini', signature, callId: ended.id }) })
    }
    signature = undefined
  }
  const begin = (next: PartStart): void => {
    close()
    kind = next
    if (next.type === 'reasoning' && next.encrypted !== undefined)
      whole({ type: 'redacted_thinking', data: hiddenOf(next, next.encrypted) })
    else if (next.type === 'reasoning') open(thinkingBlock(next))
    else if (next.type === 'foreign') tellForeign(next, whole)
    else if (next.type === 'text') open({ ...TEXT })
    else if (next.type === 'tool-call') {
      open({ type: 'tool_use', id: next.id, name: ownName(call, next.name).name, input: {}, caller: { type: 'direct' } })
      if (next.isCustom === true) sink.grow(index, { type: 'input_json_delta', partial_json: '{"input":"' })
    } else if (next.type === 'audio' && next.transcript !== undefined) {
      open({ ...TEXT })
      sink.grow(index, { type: 'text_delta', text: next.transcript })
    }
  }
  const grow = (event: Extract<CanonicalEvent, { part: number }>, within: PartStart): void => {
    if (event.type === 'signature') signature = event.signature
    else if (event.type === 'refusal-delta') refusal = (refusal ?? '') + event.text
    else if (event.type === 'reasoning-delta' && within.type === 'reasoning') {
      // What is encrypted has no text, as a rule.
      if (!isOpen) open(thinkingBlock({ type: 'reasoning', origin: within.origin, ...optional('id', within.id) }))
      sink.grow(index, { type: 'thinking_delta', thinking: event.text })
    } else if (isOpen) for (const delta of deltasOf(event, within)) sink.grow(index, delta)
  }
  return {
    push: (event) => {
      if (event.type === 'part-start') begin(event.kind)
      else if (event.type === 'part-end') close()
      else if (kind !== undefined) grow(event, kind)
    },
    close,
    refusal: () => refusal,
  }
}

const TEXT: JsonObject = { type: 'text', text: '', citations: null }

const isOwn = ({ origin }: Thought): boolean => origin === 'anthropic-messages'

/** A block of thoughts as it begins; those of others say at once whose they are. */
const thinkingBlock = (kind: Thought): JsonObject => ({
  ...{ type: 'thinking', thinking: '', signature: isOwn(kind) ? '' : carry(recordOf(kind)) },
})

const proofOf = (kind: Thought, signature: string | undefined): string =>
  isOwn(kind) ? (signature ?? '') : carry({ ...recordOf(kind), ...optional('signature', signature) })

const hiddenOf = (kind: Thought, encrypted: string): string => (isOwn(kind) ? encrypted : carry({ ...recordOf(kind), encrypted }))

const recordOf = ({ origin, id, isSummary }: Thought): CarriedThought => ({
  ...{ origin, ...optional('id', id), ...optional('isSummary', isSummary) },
})

/** A block that this protocol alone has, as it came; that of another cannot be told. */
function tellForeign({ protocol, value }: Extract<PartStart, { type: 'foreign' }>, whole: (block: JsonObject) => void): void {
  if (protocol === 'anthropic-messages' && isObject(value)) whole(value)
}

function deltasOf(event: Extract<CanonicalEvent, { part: number }>, within: PartStart): readonly JsonObject[] {
  if (event.type === 'text-delta') return [{ type: 'text_delta', text: event.text }]
  if (event.type === 'arguments-delta') {
    // Plain text is the one member of an object.
    const isCustom = within.type === 'tool-call' && within.isCustom === true
    return [{ type: 'input_json_delta', partial_json: isCustom ? JSON.stringify(event.text).slice(1, -1) : event.text }]
  }
  if (event.type !== 'citation') return []
  const citation = event.origin === 'anthropic-messages' ? event.value : citationOf(event.value)
  return citation === undefined ? [] : [{ type: 'citations_delta', citation }]
}

/** A citation of another protocol, as one of a page of the web, without the proof that the provider gives; undefined when it names none. */
function citationOf(value: Json): Json | undefined {
  const cited = urlCitationOf(value)
  if (cited === undefined) return undefined
  const { url, title } = cited
  return withoutUndefined({ type: 'web_search_result_location', url, title, cited_text: '', encrypted_index: '' })
}
