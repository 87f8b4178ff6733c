import type { Json, JsonObject } from '../call.ts'
import { carriedIn } from '../carried-thought.ts'
import type { PartStart } from '../events.ts'
import { objectIn, objectsIn, optional, textIn } from '../json.ts'
import { signatureOf } from '../openai-words/index.ts'

/** What can grow in an item. */
export type PartKind = 'text' | 'refusal' | 'summary' | 'thought' | 'arguments'

/** A part of a whole item, as canonical events tell it. */
export type ItemPart = {
  readonly kind: PartKind | 'encrypted' | 'whole'
  /** Its number among the parts of its kind. */
  readonly index: number
  readonly start: PartStart
  readonly text: string
  readonly logprobs?: Json
  readonly citations?: readonly Json[]
  readonly signature?: string
}

/** Whether an item calls a tool of the client's in a way that we have words for. */
export const isCall = (item: JsonObject): boolean =>
  (item['type'] === 'function_call' || item['type'] === 'custom_tool_call') && item['namespace'] === undefined

/**
 * Whether an item is a call of a tool that the provider ran, and charges: of searches of the web, those that search, not those that open
 * a page. Source: https://platform.openai.com/docs/pricing (2026-11).
 */
export function chargedToolOf(item: JsonObject): 'webSearches' | 'toolCalls' | undefined {
  const type = textIn(item, 'type')
  if (type === 'file_search_call' || type === 'code_interpreter_call') return 'toolCalls'
  if (type !== 'web_search_call') return undefined
  return (textIn(objectIn(item, 'action') ?? {}, 'type') ?? 'search') === 'search' ? 'webSearches' : undefined
}

/** How a part begins, by what its item says of itself so far. */
export function startOf(kind: PartKind, item: JsonObject): PartStart {
  switch (kind) {
    case 'text':
      return { type: 'text', ...optional('phase', textIn(item, 'phase')) }
    case 'refusal':
      return { type: 'refusal' }
    case 'summary':
      return reasoningStart(item, { isSummary: true })
    case 'thought':
      return reasoningStart(item, {})
    case 'arguments':
      return {
        type: 'tool-call',
        id: textIn(item, 'call_id') ?? textIn(item, 'id') ?? '',
        name: textIn(item, 'name') ?? '',
        ...(item['type'] === 'custom_tool_call' ? { isCustom: true } : {}),
      }
  }
}

/** Thoughts are this protocol's, unless they were carried through it. */
function reasoningStart(item: JsonObject, summary: { readonly isSummary?: true }): PartStart {
  const carried = carriedIn(textIn(item, 'encrypted_content'))
  if (carried === undefined) return { type: 'reasoning', origin: 'openai-responses', ...optional('id', textIn(item, 'id')), ...summary }
  const { origin, encrypted, isSummary } = carried
  return { type: 'reasoning', origin, ...optional('encrypted', encrypted), ...optional('isSummary', isSummary) }
}

/** The parts of an item that is whole, in their order. */
export function partsOfItem(item: JsonObject): readonly ItemPart[] {
  if (isCall(item)) return [callPart(item)]
  if (item['type'] === 'message') return objectsIn(item, 'content').map((content, index) => contentPart(item, content, index))
  if (item['type'] === 'reasoning') return reasoningParts(item)
  const foreign: PartStart = { type: 'foreign', protocol: 'openai-responses', name: textIn(item, 'type') ?? '', value: item }
  return [{ kind: 'whole', index: 0, start: imageOf(item) ?? foreign, text: '' }]
}

const callPart = (item: JsonObject): ItemPart => ({
  kind: 'arguments',
  index: 0,
  start: startOf('arguments', item),
  text: textIn(item, item['type'] === 'custom_tool_call' ? 'input' : 'arguments') ?? '',
  ...optional('signature', signatureOf(item)),
})

function contentPart(item: JsonObject, content: JsonObject, index: number): ItemPart {
  const kind = content['type'] === 'refusal' ? 'refusal' : 'text'
  return {
    ...{ kind, index, start: startOf(kind, item), text: textIn(content, kind) ?? '' },
    ...optional('logprobs', content['logprobs']),
    citations: objectsIn(content, 'annotations'),
  }
}

function reasoningParts(item: JsonObject): readonly ItemPart[] {
  const encrypted = textIn(item, 'encrypted_content')
  const carried = carriedIn(encrypted)
  const partOf = (kind: 'summary' | 'thought') => (part: JsonObject, index: number) => ({
    ...{ kind, index, start: startOf(kind, item), text: textIn(part, 'text') ?? '' },
    ...optional('signature', carried?.signature),
  })
  const told = [...objectsIn(item, 'summary').map(partOf('summary')), ...objectsIn(item, 'content').map(partOf('thought'))]
  if (carried !== undefined) return told.length > 0 ? told : [partOf('thought')({}, 0)]
  if (encrypted === undefined) return told
  const start: PartStart = { type: 'reasoning', origin: 'openai-responses', ...optional('id', textIn(item, 'id')), encrypted }
  return [...told, { kind: 'encrypted', index: 0, start, text: '' }]
}

/** A picture that the provider made; undefined for other items. */
function imageOf(item: JsonObject): PartStart | undefined {
  const data = item['type'] === 'image_generation_call' ? textIn(item, 'result') : undefined
  return data === undefined ? undefined : { type: 'image', mimeType: `image/${textIn(item, 'output_format') ?? 'png'}`, data }
}
