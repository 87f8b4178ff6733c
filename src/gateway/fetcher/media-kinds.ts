import type { MediaKind } from '../../protocols/index.ts'

/** A kind of file by how it begins: `bytes` at an offset, which every such file has. */
type Beginning = { readonly at: number; readonly bytes: Buffer }
type MediaType = { readonly mimeType: string; readonly kind: MediaKind; readonly begins: readonly Beginning[] }

const begins = (text: string, at = 0): Beginning => ({ at, bytes: Buffer.from(text, 'latin1') })

/** What may be fetched, and how it begins. Source: https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern (2026-11-26), RFC 3640 for AAC. */
const MEDIA_TYPES: readonly MediaType[] = [
  { mimeType: 'image/png', kind: 'image', begins: [begins('\x89PNG\r\n\x1a\n')] },
  { mimeType: 'image/jpeg', kind: 'image', begins: [begins('\xff\xd8\xff')] },
  { mimeType: 'image/gif', kind: 'image', begins: [begins('GIF8')] },
  { mimeType: 'image/webp', kind: 'image', begins: [begins('RIFF'), begins('WEBPVP', 8)] },
  { mimeType: 'application/pdf', kind: 'document', begins: [begins('%PDF-')] },
  { mimeType: 'audio/wav', kind: 'audio', begins: [begins('RIFF'), begins('WAVE', 8)] },
  { mimeType: 'audio/flac', kind: 'audio', begins: [begins('fLaC')] },
  { mimeType: 'audio/ogg', kind: 'audio', begins: [begins('OggS\0')] },
  { mimeType: 'audio/mpeg', kind: 'audio', begins: [begins('ID3')] },
  ...['\xff\xfb', '\xff\xfa', '\xff\xf3', '\xff\xf2'].map(
    (sync): MediaType => ({ mimeType: 'audio/mpeg', kind: 'audio', begins: [begins(sync)] }),
  ),
  ...['\xff\xf1', '\xff\xf9'].map((sync): MediaType => ({ mimeType: 'audio/aac', kind: 'audio', begins: [begins(sync)] })),
]

/** The longest name of a type of each kind, so that what is held by it covers any. */
export const LONGEST_TYPE: Readonly<Record<MediaKind, string>> = { image: 'image/jpeg', document: 'application/pdf', audio: 'audio/mpeg' }

/** What is asked for, by kind. */
export const ACCEPTED: Readonly<Record<MediaKind, string>> = {
  image: 'image/png, image/jpeg, image/gif, image/webp',
  document: 'application/pdf',
  audio: 'audio/*',
}

/** The kind that a content type names; undefined where it is none that may be fetched. */
export function kindOfType(contentType: string): MediaKind | undefined {
  const [essence = ''] = contentType.toLowerCase().split(';')
  const name = essence.trim()
  if (name === 'application/pdf') return 'document'
  if (name.startsWith('image/')) return 'image'
  return name.startsWith('audio/') ? 'audio' : undefined
}

/** The type of a file by its first bytes; undefined where it is none that may be fetched. */
export function typeOfBytes(bytes: Buffer): Pick<MediaType, 'mimeType' | 'kind'> | undefined {
  const isOne = ({ begins: parts }: MediaType): boolean =>
    parts.every(({ at, bytes: wanted }) => bytes.subarray(at, at + wanted.length).equals(wanted))
  return MEDIA_TYPES.find(isOne)
}
