import { fail } from '../../failures.ts'
import type { Json, Media, Part, Reasoning } from '../call.ts'
import { carriedIn } from '../carried-thought.ts'
import { isObject, optional, textIn } from '../json.ts'
import {
  type Fields,
  flagOf,
  given,
  listOf,
  missing,
  noteOthers,
  noteUnknown,
  objectOf,
  objectsOf,
  pathTo,
  refuse,
  requiredObject,
  requiredText,
  textOf,
} from '../request-fields.ts'
import { readCacheControl } from './cache-control.ts'

/** Content of a message, a tool or the system: text, or a list of blocks. */
export function readContent(fields: Fields, name: string): readonly Part[] {
  const value = given(fields, name)
  if (value === undefined) return missing(fields, name)
  if (typeof value === 'string') return [{ type: 'text', text: value, at: pathTo(fields, name) }]
  if (!Array.isArray(value)) return fail('invalid_field', { field: pathTo(fields, name), expected: 'it must be a string or an array' })
  return (objectsOf(fields, name) ?? []).map(readBlock)
}

/** Source: https://platform.claude.com/docs/en/api/messages/create (2026-11). */
function readBlock(fields: Fields): Part {
  const type = requiredText(fields, 'type')
  const read = READERS.get(type)
  if (read !== undefined) return { ...read(fields), at: fields.path }
  return isForeign(type) ? foreign(fields) : refuse(fields, 'type', EXPECTED)
}

const READERS: ReadonlyMap<string, (fields: Fields) => Part> = new Map<string, (fields: Fields) => Part>([
  ['text', readText],
  ['image', readImage],
  ['document', readDocument],
  ['tool_use', readToolUse],
  ['tool_result', readToolResult],
  ['thinking', readThinking],
  ['redacted_thinking', readRedacted],
])
const EXPECTED = `it must be one of ${[...READERS.keys()].join(', ')}, or a block of a tool that the provider runs`

/** Blocks that no other protocol has: what the provider's own tools did, and what was found. */
const isForeign = (type: string): boolean => FOREIGN.has(type) || /_tool_(?:use|result)$/.test(type)
const FOREIGN: ReadonlySet<string> = new Set(['server_tool_use', 'search_result', 'container_upload', 'tool_reference', 'browser_state'])

const foreign = ({ object, path }: Fields): Part => ({
  ...{ type: 'foreign', protocol: 'anthropic-messages', name: textIn(object, 'type') ?? '', value: object, at: path },
})

function readText(fields: Fields): Part {
  noteOthers(fields, new Set(['type', 'text', 'citations', 'cache_control']))
  const citations = listOf(fields, 'citations') ?? []
  return {
    ...{ type: 'text', text: requiredText(fields, 'text') },
    ...(citations.length === 0 ? {} : { citations }),
    ...readCacheControl(fields),
  }
}

function readImage(fields: Fields): Part {
  noteOthers(fields, new Set(['type', 'source', 'cache_control']))
  const media = readSource(requiredObject(fields, 'source')) ?? refuse(fields, 'source', SOURCES)
  return { type: 'image', media, ...readCacheControl(fields) }
}

const SOURCES = 'its type must be base64, url or file'

/** Bytes, an address or a file; undefined for other sources. */
function readSource(source: Fields): Media | undefined {
  const type = requiredText(source, 'type')
  if (type === 'base64') return { kind: 'base64', mimeType: requiredText(source, 'media_type'), data: requiredText(source, 'data') }
  if (type === 'url') return { kind: 'url', url: requiredText(source, 'url'), mimeType: undefined }
  return type === 'file' ? { kind: 'file', id: requiredText(source, 'file_id'), mimeType: undefined } : undefined
}

function readDocument(fields: Fields): Part {
  const source = requiredObject(fields, 'source')
  const text = wordsOf(source)
  const media = text === undefined ? readSource(source) : wordsMedia(text)
  if (media === undefined) return source.object['type'] === 'content' ? foreign(fields) : refuse(fields, 'source', SOURCES)
  noteOthers(fields, new Set(['type', 'source', 'title', 'cache_control']))
  return { type: 'document', media, ...optional('text', text), ...optional('name', textOf(fields, 'title')), ...readCacheControl(fields) }
}

/** What a document of words says. One of many blocks is cited by their numbers, so it stays what it is. */
function wordsOf(source: Fields): string | undefined {
  const { type, content } = source.object
  if (type === 'text') return requiredText(source, 'data')
  return type === 'content' && typeof content === 'string' ? content : undefined
}

const wordsMedia = (text: string): Media => ({ kind: 'base64', mimeType: 'text/plain', data: Buffer.from(text).toString('base64') })

function readToolUse(fields: Fields): Part {
  // A tool of a set that the provider defined.
  if (textOf(fields, 'toolset_name') !== undefined) return foreign(fields)
  noteOthers(fields, new Set(['type', 'id', 'name', 'input', 'caller', 'toolset_name', 'cache_control']))
  const caller = objectOf(fields, 'caller')
  if (caller !== undefined && caller.object['type'] !== 'direct') noteUnknown(fields, 'caller')
  const input: Json = given(fields, 'input') ?? {}
  if (!isObject(input)) return refuse(fields, 'input', 'it must be an object')
  return {
    ...{ type: 'tool-call', id: requiredText(fields, 'id'), name: requiredText(fields, 'name'), arguments: JSON.stringify(input) },
    ...readCacheControl(fields),
  }
}

function readToolResult(fields: Fields): Part {
  if (textOf(fields, 'toolset_name') !== undefined) return foreign(fields)
  noteOthers(fields, new Set(['type', 'tool_use_id', 'content', 'is_error', 'toolset_name', 'cache_control']))
  return {
    type: 'tool-result',
    id: requiredText(fields, 'tool_use_id'),
    name: undefined,
    parts: given(fields, 'content') === undefined ? [] : readContent(fields, 'content'),
    isError: flagOf(fields, 'is_error') ?? false,
    ...readCacheControl(fields),
  }
}

/** A thought, which may be that of another protocol, carried through this one; then it is what it was there. */
function readThinking(fields: Fields): Reasoning {
  const signature = textOf(fields, 'signature') ?? ''
  const own = { origin: 'anthropic-messages', ...(signature === '' ? {} : { signature }) } as const
  return { type: 'reasoning', text: requiredText(fields, 'thinking'), ...(carriedIn(signature) ?? own) }
}

function readRedacted(fields: Fields): Reasoning {
  const data = requiredText(fields, 'data')
  return { type: 'reasoning', text: undefined, ...(carriedIn(data) ?? { origin: 'anthropic-messages', encrypted: data }) }
}
