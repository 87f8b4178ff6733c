import { elements, member, rootOf, textIn, type Value } from '../json-walk.ts'
import type { MediaAddress, MediaKind } from '../protocol.ts'

/** Blocks that have a source. */
const KINDS: ReadonlyMap<string | undefined, MediaKind> = new Map([
  ['image', 'image'],
  ['document', 'document'],
])

/** Addresses of pictures and documents in messages and in what tools gave. Source: https://docs.claude.com/en/api/messages (2026-11-26). */
export function addresses(body: Buffer): readonly MediaAddress[] {
  const found: MediaAddress[] = []
  let message = 0
  for (const one of elements(body, member(body, rootOf(body), 'messages'))) {
    found.push(...addressesIn(body, member(body, one, 'content'), `messages[${message}].content`))
    message += 1
  }
  return found
}

function addressesIn(body: Buffer, blocks: Value | undefined, at: string): readonly MediaAddress[] {
  const found: MediaAddress[] = []
  let index = 0
  for (const block of elements(body, blocks)) {
    const place = `${at}[${index}]`
    const type = textIn(body, member(body, block, 'type'))
    if (type === 'tool_result') found.push(...addressesIn(body, member(body, block, 'content'), `${place}.content`))
    const kind = KINDS.get(type)
    if (kind !== undefined) found.push(...sourceAddress(body, member(body, block, 'source'), { place, kind }))
    index += 1
  }
  return found
}

type Block = { readonly place: string; readonly kind: MediaKind }

function sourceAddress(body: Buffer, source: Value | undefined, { place, kind }: Block): readonly MediaAddress[] {
  const url = textIn(body, member(body, source, 'url'))
  if (source === undefined || url === undefined || textIn(body, member(body, source, 'type')) !== 'url') return []
  const around = (mimeType: string) => [`{"type":"base64","media_type":"${mimeType}","data":"`, '"}'] as const
  return [{ at: place, url, kind, start: source.start, end: source.end, around }]
}
