import { textIn, type Value } from '../json-walk.ts'
import type { MediaAddress } from '../protocol.ts'

/** A picture's address, in whose place bytes are a data URL; none where it is one already. Source: RFC 2397 (1998-08). */
export function pictureAddress(body: Buffer, url: Value | undefined, at: string): readonly MediaAddress[] {
  const text = textIn(body, url)
  if (url === undefined || text === undefined || /^data:/i.test(text)) return []
  const around = (mimeType: string) => [`"data:${mimeType};base64,`, '"'] as const
  return [{ at, url: text, kind: 'image', start: url.start, end: url.end, around }]
}
