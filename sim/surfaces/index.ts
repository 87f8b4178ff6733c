/** What providers serve beside chats: embeddings, completions, moderations, pictures, speech, transcripts; each with its true usage. */
import type { Tokenizer } from '../tokens.ts'
import { completionAnswer } from './completions.ts'
import { countAnswer, embeddingAnswer, moderationAnswer } from './embeddings.ts'
import { readForm } from './form.ts'
import { imageAnswer } from './images.ts'
import { speechAnswer, transcriptAnswer } from './sound.ts'
import { type SurfaceAnswer, type SurfaceRequest, textOf } from './surface.ts'

export { NO_PIECES, type SurfaceAnswer, type TruePieces } from './surface.ts'

const SURFACES: Readonly<Record<string, (request: SurfaceRequest) => SurfaceAnswer>> = {
  '/v1/embeddings': embeddingAnswer,
  '/v1/completions': completionAnswer,
  '/v1/messages/count_tokens': countAnswer,
  '/v1/moderations': moderationAnswer,
  '/v1/images/generations': imageAnswer('image_generation'),
  '/v1/images/edits': imageAnswer('image_edit'),
  '/v1/images/variations': imageAnswer('image_edit'),
  '/v1/audio/speech': speechAnswer,
  '/v1/audio/transcriptions': transcriptAnswer,
  '/v1/audio/translations': transcriptAnswer,
}

/** Whether a path is one of the surfaces. */
export const isSurface = (path: string): boolean => SURFACES[path] !== undefined

/** The answer of a surface; undefined when the request is none that it can read. */
export function surfaceAnswer(
  path: string,
  { contentType, body, tokenizer }: { readonly contentType: string; readonly body: Buffer; readonly tokenizer: Tokenizer },
): SurfaceAnswer | undefined {
  const read = contentType.startsWith('multipart/form-data') ? readForm(contentType, body) : readJson(body)
  const answer = read === undefined ? undefined : SURFACES[path]?.({ ...read, tokenizer })
  return answer === undefined ? undefined : { ...answer, model: textOf(read?.fields['model']) }
}

function readJson(body: Buffer): Omit<SurfaceRequest, 'tokenizer'> | undefined {
  try {
    return { fields: JSON.parse(body.toString()) as SurfaceRequest['fields'], fileBytes: 0 }
  } catch {
    // What is no JSON is refused by whoever asked.
    return undefined
  }
}
