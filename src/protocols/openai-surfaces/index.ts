/** OpenAI's surfaces beside chat and responses, for upstreams that speak them; never calls anyone and keeps no content. */
import type { OpenaiSurface, Protocol } from '../protocol.ts'
import { completions } from './completions.ts'
import { embeddings } from './embeddings.ts'
import { imageEdits, imageVariations } from './image-forms.ts'
import { images } from './images.ts'
import { moderations } from './moderations.ts'
import { speech } from './speech.ts'
import { transcriptions, translations } from './transcriptions.ts'

/** Every surface, by its id. */
export const SURFACES: Readonly<Record<OpenaiSurface, Protocol>> = {
  'openai-embeddings': embeddings,
  'openai-completions': completions,
  'openai-moderations': moderations,
  'openai-images': images,
  'openai-image-edits': imageEdits,
  'openai-image-variations': imageVariations,
  'openai-speech': speech,
  'openai-transcriptions': transcriptions,
  'openai-audio-translations': translations,
}

/** The ids of all surfaces. */
export const OPENAI_SURFACES = Object.keys(SURFACES) as readonly OpenaiSurface[]

/** Where customers call a surface: under /v1, and under the bases that some clients are configured with. */
export const surfacePaths = ({ clientPath }: Protocol): readonly string[] => [
  clientPath,
  `/api/proxy${clientPath.slice('/v1'.length)}`,
  `/api/proxy${clientPath}`,
]
