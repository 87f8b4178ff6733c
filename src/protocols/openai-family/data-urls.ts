import { BACKSLASH } from '../json-bytes.ts'

const DATA = '"data:'
const PICTURE = '"data:image/'

/**
 * What the JSON text of an address says of itself: a picture that comes with the request, something else that does (a PDF, a video: some upstreams read it
 * as such wherever it stands), or an address. One whose beginning is spelled with escapes is taken for something else.
 */
export function addressKind(body: Buffer, start: number): 'picture' | 'file' | 'address' {
  const beginning = body.subarray(start, start + PICTURE.length)
  if (beginning.includes(BACKSLASH)) return 'file'
  const text = beginning.toString('latin1').toLowerCase()
  if (!text.startsWith(DATA)) return 'address'
  return text === PICTURE ? 'picture' : 'file'
}
