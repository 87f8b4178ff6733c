import type { Media } from './call.ts'

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*?)(;base64)?,/i

/** Media that an address names: the bytes themselves for a data URL in base64, else something to be fetched. Source: RFC 2397 (1998-08). */
export function mediaOfUrl(url: string): Media {
  const match = url.startsWith('data:') ? DATA_URL.exec(url) : null
  if (match === null || match[3] === undefined) return { kind: 'url', url, mimeType: undefined }
  const mimeType = match[1]?.toLowerCase() ?? ''
  return { kind: 'base64', mimeType: MISSPELLED.get(mimeType) ?? mimeType, data: url.slice(match[0].length) }
}

/** Types that browsers and libraries spell so, and that OpenAI alone takes. Source: https://www.iana.org/assignments/media-types (2026-11-29). */
const MISSPELLED: ReadonlyMap<string, string> = new Map([
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/x-png', 'image/png'],
])

/** The address of media; undefined for a file that lies at a provider. */
export function urlOfMedia(media: Media): string | undefined {
  if (media.kind === 'base64') return `data:${media.mimeType};base64,${media.data}`
  return media.kind === 'url' ? media.url : undefined
}

/** What media says, where it is plain words; undefined for anything else. */
export const textOfMedia = (media: Media): string | undefined =>
  media.kind === 'base64' && media.mimeType.startsWith('text/') ? Buffer.from(media.data, 'base64').toString() : undefined

/** Names of sound formats by MIME type, as OpenAI spells them. */
const AUDIO_FORMATS: ReadonlyMap<string, string> = new Map([
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/flac', 'flac'],
  ['audio/ogg', 'ogg'],
  ['audio/opus', 'opus'],
  ['audio/aac', 'aac'],
])

/** The name of a sound format; undefined when we know none for it. */
export const audioFormatOf = (mimeType: string): string | undefined => AUDIO_FORMATS.get(mimeType)

/** The MIME type of a sound format. */
export const mimeTypeOfAudio = (format: string): string => [...AUDIO_FORMATS].find(([, name]) => name === format)?.[0] ?? `audio/${format}`
