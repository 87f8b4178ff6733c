import type { Usage } from '../../spec/index.ts'
import type { Json, JsonObject } from '../call.ts'
import type { PartStart } from '../events.ts'
import { countIn, objectIn, optional, textIn } from '../json.ts'
import { type PartEvent, type PartSequence, partSequence } from '../part-sequence.ts'
import type { Emit } from '../reply-reader.ts'
import { chargedToolOf, type ItemPart, isCall, type PartKind, partsOfItem, startOf } from './item-parts.ts'

/** Reads the items of a response's output, out of events or whole. */
export type ItemReader = {
  readonly take: (type: string, event: JsonObject) => void
  /** Ends the output; the items that are given are told if none was told before, as in a reply that is no stream. */
  readonly end: (items: readonly JsonObject[]) => void
  readonly hasCalls: () => boolean
  readonly hasRefusal: () => boolean
  /** Tools that the provider ran. */
  readonly counts: () => Pick<Usage, 'webSearches' | 'toolCalls'>
}

type Growth = { readonly kind: PartKind; readonly index: string | undefined }

/** What each kind of delta makes grow, and where it tells which part of its item that is. */
const DELTAS: ReadonlyMap<string, Growth> = new Map([
  ['response.output_text.delta', { kind: 'text', index: 'content_index' }],
  ['response.refusal.delta', { kind: 'refusal', index: 'content_index' }],
  ['response.reasoning_summary_text.delta', { kind: 'summary', index: 'summary_index' }],
  ['response.reasoning_text.delta', { kind: 'thought', index: 'content_index' }],
  // The name in the Open Responses specification. Source: https://www.openresponses.org/specification (2026-11).
  ['response.reasoning.delta', { kind: 'thought', index: 'content_index' }],
  ['response.function_call_arguments.delta', { kind: 'arguments', index: undefined }],
  ['response.custom_tool_call_input.delta', { kind: 'arguments', index: undefined }],
])

/** Kinds of parts by their type, as an event says that one begins. */
const PARTS: ReadonlyMap<string, Growth> = new Map([
  ['output_text', { kind: 'text', index: 'content_index' }],
  ['refusal', { kind: 'refusal', index: 'content_index' }],
  ['summary_text', { kind: 'summary', index: 'summary_index' }],
  ['reasoning_text', { kind: 'thought', index: 'content_index' }],
])

/** An item of which something was told: of each part, by its key, how much; and the part that was begun last, as they come one after the other. */
type KnownItem = { item: JsonObject; readonly told: Map<string, Told>; last?: string; readonly isDone: boolean }
type Told = { length: number; citations: number }

const DONE: KnownItem = { item: {}, told: new Map(), isDone: true }

/** The items that were met, and how their parts begin. */
function knownItems(parts: PartSequence) {
  const known = new Map<number, KnownItem>()
  let [calls, refusals] = [0, 0]
  return {
    at: (index: number): KnownItem => {
      const found = known.get(index) ?? { item: {}, told: new Map(), isDone: false }
      known.set(index, found)
      return found
    },
    /** What was told of a part, which begins if it has not yet. */
    begin: (at: KnownItem, key: string, { kind, start }: { readonly kind: ItemPart['kind']; readonly start: () => PartStart }): Told => {
      const found = at.told.get(key)
      if (found !== undefined) return found
      const told = { length: 0, citations: 0 }
      if (at.last !== undefined) parts.close(at.last)
      at.last = key
      at.told.set(key, told)
      if (kind === 'refusal') refusals += 1
      if (kind === 'arguments') calls += 1
      parts.open(key, start())
      return told
    },
    /** Ends an item; that it was there is all that is kept of it. */
    drop: (index: number): void => {
      const last = known.get(index)?.last
      if (last !== undefined) parts.close(last)
      known.set(index, DONE)
    },
    isEmpty: (): boolean => known.size === 0,
    hasCalls: (): boolean => calls > 0,
    hasRefusal: (): boolean => refusals > 0,
  }
}

/** A reader of one response's output. */
export function itemReader(emit: Emit): ItemReader {
  const parts = partSequence(0, emit)
  const items = knownItems(parts)
  const { begin } = items
  const counts = { webSearches: 0, toolCalls: 0 }

  const grow = (index: number, event: JsonObject, growth: Growth): void => {
    const at = items.at(index)
    if (at.isDone) return
    const text = textIn(event, 'delta') ?? ''
    const key = keyOf(index, growth.kind, growth.index === undefined ? 0 : (countIn(event, growth.index) ?? 0))
    begin(at, key, { kind: growth.kind, start: () => startOf(growth.kind, at.item) }).length += text.length
    if (text !== '') parts.tell(key, deltaOf(growth.kind, text, event['logprobs']))
  }
  const annotate = (index: number, event: JsonObject): void => {
    const [at, value] = [items.at(index), event['annotation']]
    if (at.isDone || value === undefined) return
    const key = keyOf(index, 'text', countIn(event, 'content_index') ?? 0)
    begin(at, key, { kind: 'text', start: () => startOf('text', at.item) }).citations += 1
    parts.tell(key, { type: 'citation', origin: 'openai-responses', value })
  }
  const add = (index: number, item: JsonObject): void => {
    const at = items.at(index)
    if (at.isDone) return
    at.item = item
    if (isCall(item)) begin(at, keyOf(index, 'arguments', 0), { kind: 'arguments', start: () => startOf('arguments', item) })
  }
  /** Tells of an item that is whole what was not told before. */
  const finish = (index: number, item: JsonObject): void => {
    const at = items.at(index)
    if (at.isDone) return
    for (const part of partsOfItem(item)) {
      const key = keyOf(index, part.kind, part.index)
      const told = begin(at, key, { kind: part.kind, start: () => part.start })
      const rest = part.text.slice(told.length)
      if (rest !== '') parts.tell(key, deltaOf(part.kind, rest, told.length === 0 ? part.logprobs : undefined))
      for (const value of (part.citations ?? []).slice(told.citations))
        parts.tell(key, { type: 'citation', origin: 'openai-responses', value })
      if (part.signature !== undefined) parts.tell(key, { type: 'signature', signature: part.signature })
      parts.close(key)
    }
    items.drop(index)
    const charged = chargedToolOf(item)
    if (charged !== undefined) counts[charged] += 1
  }
  return {
    take: (type, event) => {
      const growth = type.endsWith('part.added') ? PARTS.get(textIn(objectIn(event, 'part') ?? {}, 'type') ?? '') : DELTAS.get(type)
      const index = countIn(event, 'output_index') ?? 0
      const item = objectIn(event, 'item')
      if (growth !== undefined) grow(index, event, growth)
      else if (type === 'response.output_text.annotation.added') annotate(index, event)
      else if (type === 'response.output_item.added' && item !== undefined) add(index, item)
      else if (type === 'response.output_item.done' && item !== undefined) finish(index, item)
    },
    end: (told) => {
      if (items.isEmpty()) for (const [index, item] of told.entries()) finish(index, item)
      parts.closeAll()
    },
    hasCalls: items.hasCalls,
    hasRefusal: items.hasRefusal,
    counts: () => counts,
  }
}

const keyOf = (item: number, kind: ItemPart['kind'], index: number): string => `${item}:${kind}:${index}`

function deltaOf(kind: ItemPart['kind'], text: string, logprobs: Json | undefined): PartEvent {
  if (kind === 'refusal') return { type: 'refusal-delta', text }
  if (kind === 'arguments') return { type: 'arguments-delta', text }
  if (kind === 'summary' || kind === 'thought') return { type: 'reasoning-delta', text }
  return { type: 'text-delta', text, ...optional('logprobs', Array.isArray(logprobs) && logprobs.length > 0 ? logprobs : undefined) }
}
