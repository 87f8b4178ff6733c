import type { Json, JsonObject, Media, Part } from '../call.ts'
import { optional, withoutUndefined } from '../json.ts'
import { type Fields, requiredText, textOf } from './proto-fields.ts'

type MediaPart = Extract<Part, { type: 'image' | 'document' | 'audio' }>

/** Bytes, a file of the provider or an address, as the part that its kind says; undefined for moving pictures and what nobody knows. */
export function readMedia(fields: Fields, isInline: boolean): MediaPart | undefined {
  const mimeType = isInline ? requiredText(fields, 'mimeType') : textOf(fields, 'mimeType')
  const media: Media = isInline
    ? { kind: 'base64', mimeType: mimeType ?? '', data: requiredText(fields, 'data') }
    : fileMedia(requiredText(fields, 'fileUri'), mimeType)
  const name = textOf(fields, 'displayName')
  switch ((mimeType ?? '').replace(/\/.*/, '')) {
    case 'image':
      return { type: 'image', media }
    case 'audio':
      return { type: 'audio', media }
    case 'text':
    case 'application':
      return { type: 'document', media, ...optional('name', name) }
    default:
      return undefined
  }
}

/** What was uploaded to the provider, or lies in its storage, is a file that nobody else can read. */
const fileMedia = (uri: string, mimeType: string | undefined): Media =>
  /^gs:|^https:\/\/generativelanguage\.googleapis\.com\//.test(uri)
    ? { kind: 'file', id: uri, mimeType }
    : { kind: 'url', url: uri, mimeType }

/**
 * Media as a part: bytes inline, else an address, which the provider fetches. undefined for a file of another provider.
 * Source: https://ai.google.dev/gemini-api/docs/file-input-methods (2026-11-26).
 */
export function writeMedia(part: MediaPart, isOwn: boolean): JsonObject | undefined {
  const { media } = part
  const displayName = isOwn && part.type === 'document' ? part.name : undefined
  if (media.kind === 'base64') return { inlineData: withoutUndefined({ mimeType: media.mimeType, data: media.data, displayName }) }
  if (media.kind === 'file' && !isOwn) return undefined
  const fileUri = media.kind === 'file' ? media.id : media.url
  return { fileData: withoutUndefined({ fileUri, mimeType: media.mimeType ?? typeOf(fileUri, part.type), displayName }) }
}

/** The type of what lies at an address, by its ending; a PDF for a document whose address says nothing. */
function typeOf(url: string, kind: MediaPart['type']): Json | undefined {
  const ending = /\.(\w{2,5})(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase()
  return TYPES.get(ending ?? '') ?? (kind === 'document' ? 'application/pdf' : undefined)
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ...['png', 'webp', 'gif', 'heic'].map((ending) => [ending, `image/${ending}`] as const),
  ...(['jpg', 'jpeg'] as const).map((ending) => [ending, 'image/jpeg'] as const),
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
])
