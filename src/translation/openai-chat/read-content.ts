import { fail } from '../../failures.ts'
import type { Media, Part } from '../call.ts'
import { optional } from '../json.ts'
import { mediaOfUrl, mimeTypeOfAudio } from '../media.ts'
import { fileMedia, readCacheMark } from '../openai-words/index.ts'
import { type Fields, given, missing, noteOthers, objectsOf, pathTo, requiredObject, requiredText, textOf } from '../request-fields.ts'

/** A message's content: text, or a list of parts. Absent or null it is refused, unless it is optional. */
export function readContent(fields: Fields, name: string, { isOptional = false }: { readonly isOptional?: boolean } = {}): readonly Part[] {
  const value = given(fields, name)
  if (value === undefined) return isOptional ? [] : missing(fields, name)
  if (typeof value === 'string') return value === '' && isOptional ? [] : [{ type: 'text', text: value, at: pathTo(fields, name) }]
  if (!Array.isArray(value)) return fail('invalid_field', { field: pathTo(fields, name), expected: 'it must be a string or an array' })
  return (objectsOf(fields, name) ?? []).map(readPart)
}

/** Source: https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages (2026-11). */
function readPart(fields: Fields): Part {
  const read = READERS.get(requiredText(fields, 'type'))
  if (read === undefined) return fail('invalid_field', { field: pathTo(fields, 'type'), expected: EXPECTED })
  noteOthers(fields, KNOWN)
  return { ...read(fields), at: fields.path }
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['type', 'text', 'refusal', 'image_url', 'input_audio', 'file', 'prompt_cache_breakpoint', 'cache_control'],
])

const READERS: ReadonlyMap<string, (fields: Fields) => Part> = new Map<string, (fields: Fields) => Part>([
  ['text', (fields) => ({ type: 'text', text: requiredText(fields, 'text'), ...readCacheMark(fields) })],
  ['refusal', (fields) => ({ type: 'refusal', text: requiredText(fields, 'refusal') })],
  ['image_url', readImage],
  ['input_audio', readAudio],
  ['file', readFile],
])
const EXPECTED = `it must be one of ${[...READERS.keys()].join(', ')}`

function readImage(fields: Fields): Part {
  const image = requiredObject(fields, 'image_url')
  const media = mediaOfUrl(requiredText(image, 'url'))
  return { type: 'image', media, ...optional('detail', textOf(image, 'detail')), ...readCacheMark(fields) }
}

function readAudio(fields: Fields): Part {
  const audio = requiredObject(fields, 'input_audio')
  const format = requiredText(audio, 'format')
  return { type: 'audio', media: { kind: 'base64', mimeType: mimeTypeOfAudio(format), data: requiredText(audio, 'data') }, format }
}

function readFile(fields: Fields): Part {
  const file = requiredObject(fields, 'file')
  const data = textOf(file, 'file_data')
  const media: Media = data === undefined ? { kind: 'file', id: requiredText(file, 'file_id'), mimeType: undefined } : fileMedia(data)
  return { type: 'document', media, ...optional('name', textOf(file, 'filename')), ...readCacheMark(fields) }
}
