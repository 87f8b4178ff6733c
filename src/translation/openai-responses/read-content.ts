import { fail } from '../../failures.ts'
import type { Media, Part } from '../call.ts'
import { optional } from '../json.ts'
import { mediaOfUrl, mimeTypeOfAudio } from '../media.ts'
import { fileMedia, readCacheMark } from '../openai-words/index.ts'
import {
  type Fields,
  given,
  listOf,
  missing,
  noteOthers,
  noteUnknown,
  objectsOf,
  pathTo,
  requiredObject,
  requiredText,
  textOf,
} from '../request-fields.ts'

/** What a message or a tool says: text, or a list of parts. */
export function readContent(fields: Fields, name: string): readonly Part[] {
  const value = given(fields, name)
  if (value === undefined) return missing(fields, name)
  if (typeof value === 'string') return [{ type: 'text', text: value, at: pathTo(fields, name) }]
  if (!Array.isArray(value)) return fail('invalid_field', { field: pathTo(fields, name), expected: 'it must be a string or an array' })
  return (objectsOf(fields, name) ?? []).map(readPart)
}

/** Source: https://platform.openai.com/docs/api-reference/responses/create#responses-create-input (2026-11). */
function readPart(fields: Fields): Part {
  const read = READERS.get(requiredText(fields, 'type'))
  if (read === undefined) return fail('invalid_field', { field: pathTo(fields, 'type'), expected: EXPECTED })
  return { ...read(fields), at: fields.path }
}

const readText = (fields: Fields): Part => ({ type: 'text', text: requiredText(fields, 'text'), ...readCacheMark(fields) })

const READERS: ReadonlyMap<string, (fields: Fields) => Part> = new Map<string, (fields: Fields) => Part>([
  ['input_text', readText],
  ['text', readText],
  ['output_text', readOutputText],
  ['refusal', (fields) => ({ type: 'refusal', text: requiredText(fields, 'refusal') })],
  ['input_image', readImage],
  ['input_file', readFile],
  ['input_audio', readAudio],
])
const EXPECTED = `it must be one of ${[...READERS.keys()].join(', ')}`

function readOutputText(fields: Fields): Part {
  const citations = listOf(fields, 'annotations') ?? []
  return { type: 'text', text: requiredText(fields, 'text'), ...(citations.length > 0 ? { citations } : {}), ...readCacheMark(fields) }
}

const IMAGE: ReadonlySet<string> = new Set(['type', 'image_url', 'file_id', 'detail', 'prompt_cache_breakpoint', 'cache_control'])

function readImage(fields: Fields): Part {
  noteOthers(fields, IMAGE)
  const url = textOf(fields, 'image_url')
  const media: Media = url === undefined ? { kind: 'file', id: requiredText(fields, 'file_id'), mimeType: undefined } : mediaOfUrl(url)
  return { type: 'image', media, ...optional('detail', textOf(fields, 'detail')), ...readCacheMark(fields) }
}

const FILE: ReadonlySet<string> = new Set([
  ...['type', 'file_data', 'file_url', 'file_id', 'filename', 'detail', 'prompt_cache_breakpoint', 'cache_control'],
])

function readFile(fields: Fields): Part {
  noteOthers(fields, FILE)
  if (given(fields, 'detail') !== undefined) noteUnknown(fields, 'detail')
  const [data, url] = [textOf(fields, 'file_data'), textOf(fields, 'file_url')]
  const media: Media =
    data !== undefined
      ? fileMedia(data)
      : url !== undefined
        ? { kind: 'url', url, mimeType: undefined }
        : { kind: 'file', id: requiredText(fields, 'file_id'), mimeType: undefined }
  return { type: 'document', media, ...optional('name', textOf(fields, 'filename')), ...readCacheMark(fields) }
}

function readAudio(fields: Fields): Part {
  const audio = requiredObject(fields, 'input_audio')
  const format = requiredText(audio, 'format')
  return { type: 'audio', media: { kind: 'base64', mimeType: mimeTypeOfAudio(format), data: requiredText(audio, 'data') }, format }
}
