import type { CanonicalCall, Json, JsonObject, Media, Part, Place, Reasoning, ToolCall, ToolResult } from '../call.ts'
import { isObject, parseJson, textIn, withoutUndefined } from '../json.ts'
import type { Losses } from '../loss.ts'
import { textOfMedia } from '../media.ts'
import { cacheControl } from './cache-control.ts'

/** Writes the content of messages, tools and the system. */
export type ContentWriter = {
  /**
   * Blocks; what cannot be said here is a loss, and where only words may stand, all but words. Texts of no characters are left out. Those of blanks
   * are a loss, but for a client of this protocol: the provider refuses all of a request for one.
   */
  readonly blocks: (parts: readonly Part[], where: { readonly at: string; readonly isTextOnly: boolean }) => readonly JsonObject[]
}

type Writing = { readonly call: CanonicalCall; readonly losses: Losses; readonly content: ContentWriter; readonly place: string }

/** A writer for one call. */
export function contentWriter(call: CanonicalCall, losses: Losses): ContentWriter {
  const content: ContentWriter = {
    blocks: (parts, { at, isTextOnly }) =>
      parts.flatMap((part, index) => {
        if (part.type === 'text' && part.text === '') return []
        const place = part.at ?? `${at}.content[${index}]`
        const block = isBlank(part) && !isOwn(call) ? undefined : writeBlock(part, { call, losses, content, place })
        if (block !== undefined && (!isTextOnly || block['type'] === 'text')) return [block]
        losses.note(place)
        return []
      }),
  }
  return content
}

const isBlank = (part: Part): boolean => part.type === 'text' && part.text.trim() === ''

/** A text where there is but one and nothing is said of it, else the list. */
export function contentOf(blocks: readonly JsonObject[]): Json {
  const [first] = blocks
  return blocks.length === 1 && first?.['type'] === 'text' && Object.keys(first).length === 2 ? (first['text'] ?? '') : blocks
}

/** One part; undefined when there is no way to say it here. Source: as in read-content.ts. */
function writeBlock(part: Part, writing: Writing): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return writeText(part, writing)
    case 'refusal':
      return { type: 'text', text: part.text }
    case 'image':
      return writeImage(part, writing)
    case 'document':
      return writeDocument(part, writing)
    case 'reasoning':
      return writeReasoning(part)
    case 'tool-call':
      return writeToolUse(part, writing)
    case 'tool-result':
      return writeToolResult(part, writing)
    case 'foreign':
      return part.protocol === 'anthropic-messages' && isObject(part.value) ? part.value : undefined
    case 'audio':
      return undefined
  }
}

const isOwn = ({ protocol }: CanonicalCall): boolean => protocol === 'anthropic-messages'

function writeText(part: Extract<Part, { type: 'text' }>, { call, losses, place }: Writing): JsonObject {
  const told = part.citations ?? []
  if (told.length > 0 && !isOwn(call)) losses.note(`${place}.citations`)
  // One without the provider's proof was another protocol's, told to the client in these words; the provider would refuse it.
  const citations = isOwn(call) ? told.filter((one) => !isObject(one) || textIn(one, 'encrypted_index') !== '') : []
  if (isOwn(call) && citations.length < told.length) losses.note(`${place}.citations`)
  return { type: 'text', text: part.text, ...(citations.length > 0 ? { citations } : {}), ...cacheControl(part) }
}

/** Bytes, an address or a file of this provider; undefined for a file that lies elsewhere. */
function sourceOf(media: Media, call: CanonicalCall): JsonObject | undefined {
  if (media.kind === 'base64') return { type: 'base64', media_type: media.mimeType, data: media.data }
  if (media.kind === 'url') return { type: 'url', url: media.url }
  return isOwn(call) ? { type: 'file', file_id: media.id } : undefined
}

function writeImage(part: Extract<Part, { type: 'image' }>, { call, losses, place }: Writing): JsonObject | undefined {
  const source = sourceOf(part.media, call)
  if (source === undefined) return undefined
  if (part.detail !== undefined && part.detail !== 'auto') losses.note(`${place}.detail`)
  return { type: 'image', source, ...cacheControl(part) }
}

/** Documents are PDFs and words. */
function writeDocument(part: Extract<Part, { type: 'document' }>, { call }: Writing): JsonObject | undefined {
  const text = part.text ?? textOfMedia(part.media)
  if (text === undefined && part.media.kind === 'base64' && part.media.mimeType !== 'application/pdf') return undefined
  const source = text === undefined ? sourceOf(part.media, call) : { type: 'text', media_type: 'text/plain', data: text }
  return source === undefined ? undefined : withoutUndefined({ type: 'document', source, title: part.name, ...cacheControl(part) })
}

/** A thought of this protocol as it came; of another it is a loss, as the provider takes only those that it signed. */
function writeReasoning({ origin, text, encrypted, signature }: Reasoning): JsonObject | undefined {
  if (origin !== 'anthropic-messages') return undefined
  if (encrypted !== undefined) return { type: 'redacted_thinking', data: encrypted }
  return { type: 'thinking', thinking: text ?? '', signature: signature ?? '' }
}

/** Ids that this provider would refuse are spelled in characters that it takes; a call and its result in the same. */
const idOf = (id: string, call: CanonicalCall): string => (isOwn(call) ? id : id.replace(/[^\w-]/g, '_') || 'call')

function writeToolUse(part: ToolCall & Place, { call, losses, place }: Writing): JsonObject {
  const input = part.isCustom === true ? undefined : inputOf(part.arguments)
  if (input === undefined) losses.note(place)
  if (part.signature !== undefined) losses.note(`${place}.signature`)
  const told = input ?? (part.isCustom === true ? { input: part.arguments } : invalidInput(part.arguments))
  return { type: 'tool_use', id: idOf(part.id, call), name: part.name, input: told, ...cacheControl(part) }
}

/** The object that a call's arguments spell, with its numbers as they were written; nothing at all is an empty one, and what is no object is undefined. */
export function inputOf(text: string): JsonObject | undefined {
  const value = text === '' ? {} : parseJson(text, 'everywhere')
  return isObject(value) ? value : undefined
}

/**
 * Arguments that are no object, in the form that is advised for them. Source:
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming#handling-invalid-json-in-tool-responses (2026-11).
 */
export const invalidInput = (text: string): JsonObject => ({ INVALID_JSON: text })

function writeToolResult(part: ToolResult, { call, content, place }: Writing): JsonObject {
  const blocks = content.blocks(part.parts, { at: place, isTextOnly: false })
  return withoutUndefined({
    type: 'tool_result',
    tool_use_id: idOf(part.id, call),
    content: blocks.length === 0 ? undefined : contentOf(blocks),
    is_error: part.isError ? true : undefined,
    ...cacheControl(part),
  })
}
