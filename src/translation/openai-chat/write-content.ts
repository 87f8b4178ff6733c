import type { CanonicalCall, Json, JsonObject, Part } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import type { Losses } from '../loss.ts'
import { audioFormatOf, textOfMedia, urlOfMedia } from '../media.ts'

/** Writes the content of messages. */
export type ContentWriter = {
  /** A text where there is but one, else a list; undefined when nothing is left. Where only text may stand, the rest is a loss. */
  readonly write: (parts: readonly Part[], where: { readonly at: string; readonly isTextOnly: boolean }) => Json | undefined
}

/** A writer for one call. */
export function contentWriter(call: CanonicalCall, losses: Losses): ContentWriter {
  const isOwn = call.protocol === 'openai-chat' || call.protocol === 'openai-responses'
  return {
    write: (parts, { at, isTextOnly }) => {
      const written = parts.flatMap((part, index) => {
        const place = part.at ?? `${at}.content[${index}]`
        const content = writePart(part, { place, isOwn, losses })
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

type Writing = { readonly place: string; readonly isOwn: boolean; readonly losses: Losses }

/** One part; undefined when there is no way to say it here. Source: as in read-content.ts. */
function writePart(part: Part, writing: Writing): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      if ((part.citations?.length ?? 0) > 0) writing.losses.note(`${writing.place}.citations`)
      return { type: 'text', text: part.text, ...cacheMember(part, writing) }
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'image': {
      const url = urlOfMedia(part.media)
      if (url === undefined) return undefined
      return { type: 'image_url', image_url: withoutUndefined({ url, detail: part.detail }), ...cacheMember(part, writing) }
    }
    case 'audio': {
      if (part.media.kind !== 'base64') return undefined
      const format = part.format ?? audioFormatOf(part.media.mimeType)
      return format === undefined ? undefined : { type: 'input_audio', input_audio: { data: part.media.data, format } }
    }
    case 'document':
      return writeDocument(part, writing)
    default:
      return undefined
  }
}

function writeDocument(part: Extract<Part, { type: 'document' }>, writing: Writing): JsonObject | undefined {
  const { media, name } = part
  const text = part.text ?? textOfMedia(media)
  // A document of words is said in words; its name goes before them, as it would be told beside them elsewhere.
  if (text !== undefined) {
    return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}`, ...cacheMember(part, writing) }
  }
  if (media.kind === 'url' || (media.kind === 'file' && !writing.isOwn)) return undefined
  const file =
    media.kind === 'file'
      ? withoutUndefined({ file_id: media.id, filename: name })
      : withoutUndefined({ file_data: urlOfMedia(media), filename: name })
  return { type: 'file', file, ...cacheMember(part, writing) }
}

/** A cache's end, where the client marked it in OpenAI's words; elsewhere prompts are cached unasked, and the mark is a loss. */
function cacheMember(part: Part, { place, isOwn, losses }: Writing): JsonObject {
  const cache = 'cache' in part ? part.cache : undefined
  if (cache === undefined) return {}
  if (isOwn && cache.ttl === '5m') return { prompt_cache_breakpoint: { mode: 'explicit' } }
  losses.note(`${place}.cache_control`)
  return {}
}
