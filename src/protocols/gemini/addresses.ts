import { elements, member, members, rootOf, textIn, type Value } from '../json-walk.ts'
import type { MediaAddress, MediaKind } from '../protocol.ts'
import { bothNames } from './spellings.ts'

const [FILE, URI, TYPE] = [bothNames(['fileData']), bothNames(['fileUri']), bothNames(['mimeType'])]

/** What lies at the provider, or in its storage. */
const OWN = /^(?:gs:|files\/|https:\/\/generativelanguage\.googleapis\.com\/)/i

/**
 * Addresses of pictures, PDFs and sound in contents; one without a type, and one of moving pictures, is the provider's to fetch.
 * Source: https://ai.google.dev/gemini-api/docs/file-input-methods (2026-11-26).
 */
export function addresses(body: Buffer): readonly MediaAddress[] {
  const found: MediaAddress[] = []
  let content = 0
  for (const one of elements(body, member(body, rootOf(body), 'contents'))) {
    let index = 0
    for (const part of elements(body, member(body, one, 'parts'))) {
      found.push(...partAddresses(body, part, `contents[${content}].parts[${index}]`))
      index += 1
    }
    content += 1
  }
  return found
}

function partAddresses(body: Buffer, part: Value, at: string): readonly MediaAddress[] {
  return [...members(body, part, FILE)].flatMap((file) => {
    const kind = kindOf(lastText(body, file, TYPE))
    const url = lastText(body, file, URI)
    if (kind === undefined || url === undefined || OWN.test(url)) return []
    const around = (mimeType: string) => [`"inlineData":{"mimeType":"${mimeType}","data":"`, '"}'] as const
    return [{ at, url, kind, start: file.at, end: file.end, around }]
  })
}

const lastText = (body: Buffer, object: Value, names: readonly string[]): string | undefined =>
  textIn(body, [...members(body, object, names)].at(-1))

function kindOf(mimeType = ''): MediaKind | undefined {
  if (mimeType === 'application/pdf') return 'document'
  if (mimeType.startsWith('image/')) return 'image'
  return mimeType.startsWith('audio/') ? 'audio' : undefined
}
