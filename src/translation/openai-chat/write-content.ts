import type { CanonicalCall, Json, JsonObject, Part } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import type { Losses } from '../loss.ts'
import { audioFormatOf, textOfMedia, urlOfMedia } from '../media.ts'
import { isOpenai, type MarkPlace, writeCacheMark } from '../openai-words/index.ts'

/** Writes the content of messages. */
export type ContentWriter = {
  /** A text where there is but one, else a list; undefined when nothing is left. Where only text may stand, the rest is a loss. */
  readonly write: (parts: readonly Part[], where: { readonly at: string; readonly isTextOnly: boolean }) => Json | undefined
}

/** A writer for one call. */
export function contentWriter(call: CanonicalCall, losses: Losses): ContentWriter {
  return {
    write: (parts, { at, isTextOnly }) => {
      const written = parts.flatMap((part, index) => {
        const place = part.at ?? `${at}.content[${index}]`
        const content = writePart(part, { place, call, losses })
        if (content !== undefined && (!isTextOnly || isText(content))) return [content]
        losses.note(place)
        return []
      })
      const [first] = written
      if (first === undefined) return undefined
      const keys = Object.keys(first)
      return written.length === 1 && first['type'] === 'text' && keys.length === 2 ? first['text'] : written
    },
  }
}

const isText = ({ type }: JsonObject): boolean => type === 'text' || type === 'refusal'

/** One part; undefined when there is no way to say it here. Source: as in read-content.ts. */
function writePart(part: Part, writing: MarkPlace): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      if ((part.citations?.length ?? 0) > 0) writing.losses.note(`${writing.place}.citations`)
      return { type: 'text', text: part.text, ...writeCacheMark(part, writing) }
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'image': {
      const url = urlOfMedia(part.media)
      if (url === undefined) return undefined
      return { type: 'image_url', image_url: withoutUndefined({ url, detail: part.detail }), ...writeCacheMark(part, writing) }
    }
    case 'audio': {
      if (part.media.kind !== 'base64') return undefined
      const format = part.format ?? audioFormatOf(part.media.mimeType)
      return format === undefined ? undefined : { type: 'input_audio', input_audio: { data: part.media.data, format } }
    }
    case 'document':
      return writeDocument(part, writing)
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
    case 'foreign':
      return undefined
  }
}

function writeDocument(part: Extract<Part, { type: 'document' }>, writing: MarkPlace): JsonObject | undefined {
  const { media, name } = part
  const text = part.text ?? textOfMedia(media)
  // A document of words is said in words; its name goes before them, as it would be told beside them elsewhere.
  if (text !== undefined) {
    return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}`, ...writeCacheMark(part, writing) }
  }
  if (media.kind === 'url' || (media.kind === 'file' && !isOpenai(writing.call))) return undefined
  const file =
    media.kind === 'file'
      ? withoutUndefined({ file_id: media.id, filename: name })
      : withoutUndefined({ file_data: urlOfMedia(media), filename: name ?? 'document.pdf' })
  return { type: 'file', file, ...writeCacheMark(part, writing) }
}
