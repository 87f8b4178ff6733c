import type { Media } from '../call.ts'
import { mediaOfUrl } from '../media.ts'

/** The bytes of a file: a data URL, or bare base64, which is then a PDF, the one kind of file that the protocols began with. */
export function fileMedia(data: string): Media {
  const media = mediaOfUrl(data)
  return media.kind === 'base64' ? media : { kind: 'base64', mimeType: 'application/pdf', data }
}
