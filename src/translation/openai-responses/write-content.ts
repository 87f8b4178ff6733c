import type { CanonicalCall, Json, JsonObject, Message, Part } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import type { Losses } from '../loss.ts'
import { audioFormatOf, textOfMedia, urlOfMedia } from '../media.ts'
import { isOpenai, type MarkPlace, writeCacheMark } from '../openai-words/index.ts'

/** Writes what messages and tools say. */
export type ContentWriter = {
  /** A message; none when nothing of it can be said here. */
  readonly message: (role: Message['role'], parts: readonly Part[], at: string) => readonly Json[]
  /** What a tool gave: a text where there is but one, else a list. */
  readonly output: (parts: readonly Part[], at: string) => Json
}

/** A writer for one call. */
export function contentWriter(call: CanonicalCall, losses: Losses): ContentWriter {
  const write = (parts: readonly Part[], at: string, writeOne: (part: Part, place: MarkPlace) => JsonObject | undefined) =>
    parts.flatMap((part, index) => {
      const place = part.at ?? `${at}.content[${index}]`
      const content = writeOne(part, { call, place, losses })
      if (content === undefined) losses.note(place)
      return content === undefined ? [] : [content]
    })
  return {
    message: (role, parts, at) => {
      const content = write(parts, at, role === 'assistant' ? writeOutput : role === 'system' ? writeWords : writeInput)
      const phase = parts.find((part) => part.type === 'text')?.phase
      return content.length === 0 ? [] : [withoutUndefined({ type: 'message', role, content, phase })]
    },
    output: (parts, at) => {
      const content = write(parts, at, writeInput)
      const [first] = content
      if (first === undefined) return ''
      return content.length === 1 && first['type'] === 'input_text' && Object.keys(first).length === 2 ? (first['text'] ?? '') : content
    },
  }
}

/** A part of what the model said. */
function writeOutput(part: Part, { call, place, losses }: MarkPlace): JsonObject | undefined {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text }
  if (part.type !== 'text') return undefined
  const citations = part.citations ?? []
  const isOwn = call.protocol === 'openai-responses'
  if (citations.length > 0 && !isOwn) losses.note(`${place}.citations`)
  return { type: 'output_text', text: part.text, annotations: isOwn ? citations : [], ...writeCacheMark(part, { call, place, losses }) }
}

/** A part of what the system says, which is words alone. */
function writeWords(part: Part, place: MarkPlace): JsonObject | undefined {
  const written = writeInput(part, place)
  return written?.['type'] === 'input_text' ? written : undefined
}

/** A part of what the model is told. */
function writeInput(part: Part, place: MarkPlace): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      if ((part.citations?.length ?? 0) > 0) place.losses.note(`${place.place}.citations`)
      return { type: 'input_text', text: part.text, ...writeCacheMark(part, place) }
    case 'image': {
      if (part.media.kind === 'file' && !isOpenai(place.call)) return undefined
      const source = part.media.kind === 'file' ? { file_id: part.media.id } : { image_url: urlOfMedia(part.media) ?? '' }
      return withoutUndefined({ type: 'input_image', ...source, detail: part.detail, ...writeCacheMark(part, place) })
    }
    case 'document':
      return writeDocument(part, place)
    case 'audio': {
      const format = part.media.kind === 'base64' ? (part.format ?? audioFormatOf(part.media.mimeType)) : undefined
      if (part.media.kind !== 'base64' || format === undefined) return undefined
      return { type: 'input_audio', input_audio: { data: part.media.data, format } }
    }
    case 'refusal':
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
    case 'foreign':
      return undefined
  }
}

function writeDocument(part: Extract<Part, { type: 'document' }>, place: MarkPlace): JsonObject | undefined {
  const { media, name } = part
  const mark = writeCacheMark(part, place)
  const text = part.text ?? textOfMedia(media)
  // A document of words is said in words; its name goes before them, as it would be told beside them elsewhere.
  if (text !== undefined) return { type: 'input_text', text: name === undefined ? text : `${name}\n\n${text}`, ...mark }
  if (media.kind === 'url') return withoutUndefined({ type: 'input_file', file_url: media.url, filename: name, ...mark })
  if (media.kind === 'base64') {
    return withoutUndefined({ type: 'input_file', file_data: urlOfMedia(media), filename: name ?? 'document.pdf', ...mark })
  }
  return isOpenai(place.call) ? withoutUndefined({ type: 'input_file', file_id: media.id, filename: name, ...mark }) : undefined
}
