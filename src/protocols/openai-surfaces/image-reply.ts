import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { readerRecord, readJsonReply, replyPlan } from '../json-reply.ts'
import type { CountedMedia, ReplyReader, ReplyShape } from '../protocol.ts'
import { readStreamReply } from '../stream-reply.ts'
import { partedUsage, surfaceUsage } from './figures.ts'
import { PARTIAL_TOKENS } from './picture-tokens.ts'
import { typedFrames } from './typed-frames.ts'

/** The model that is meant where none is named. Source: https://platform.openai.com/docs/api-reference/images/create (2026-11-26). */
export const MODEL = 'dall-e-2'

/** Most pictures of one call. Source: as above; others make no more. */
export const IMAGES_MAX = 10

/** Tokens of the pictures shown while one is made, which are three at most. Source: https://platform.openai.com/docs/guides/image-generation (2026-11-26). */
export const PARTIALS_TOKENS = 3 * PARTIAL_TOKENS

const LAST: ReadonlySet<string> = new Set(['image_generation.completed', 'image_edit.completed'])
const PARTIAL: ReadonlySet<string> = new Set(['image_generation.partial_image', 'image_edit.partial_image'])

/** Root object, array of data, picture. */
const PICTURE_DEPTH = 3
const PICTURES = replyPlan({ marks: ['b64_json', 'url'] })

/** An event holds a whole picture. */
const EVENT_BYTES_MAX = 64 * 1024 * 1024

/**
 * Reads an answer of pictures: how many came, and the tokens they took where the model tells any. Models that are sold by the picture
 * tell none; the pictures are then what is charged, and the prompt by our count where its tokens cost. What passed of an answer that broke
 * off is counted at the fewest tokens that are published.
 */
export function readImages(shape: ReplyShape): ReplyReader {
  const { isStream, call } = shape
  const sink = surfaceUsage(partedUsage('imageOutput'))
  const withImages = (count: number): Usage | undefined => {
    const told = sink.usage()
    if (told === undefined && count === 0) return undefined
    return { ...(told ?? { ...NO_USAGE, input: call?.countInput() ?? 0 }), images: count }
  }
  if (isStream) {
    const [ends, seen] = [call?.choices ?? 1, { whole: 0, partial: 0 }]
    const onType = (type: string): void => {
      if (LAST.has(type)) seen.whole += 1
      else if (PARTIAL.has(type)) seen.partial += 1
    }
    const countedMedia = (): CountedMedia => pictureTokens(shape, { ...seen, isComplete: seen.whole >= ends })
    const frames = typedFrames({ sink, last: LAST, ends, usage: withImages, onType, countedMedia })
    return readStreamReply(frames, { eventBytesMax: EVENT_BYTES_MAX })
  }
  let count = 0
  const reader = readJsonReply(sink, {
    plan: PICTURES,
    onMark: ({ depth }) => {
      if (depth === PICTURE_DEPTH) count += 1
    },
  })
  return {
    ...readerRecord(reader),
    countedMedia: () => pictureTokens(shape, { whole: reader.isDelivered() ? count : 0, partial: 0, isComplete: reader.isComplete() }),
    usage: () => {
      reader.usage()
      return withImages(count)
    },
  }
}

type Seen = { readonly whole: number; readonly partial: number; readonly isComplete: boolean }

/**
 * The fewest tokens of pictures that passed. Of a model for which none are published a picture has those of a partial one, unless the answer
 * is complete: then it is one that tells no tokens.
 */
function pictureTokens({ call, upstreamModel = '' }: ReplyShape, { whole, partial, isComplete }: Seen): CountedMedia {
  const published = call?.pictureTokensMinFor?.(upstreamModel)
  if (published === undefined && isComplete) return { imageOutput: 0, audioOutput: 0 }
  return { imageOutput: whole * (published ?? PARTIAL_TOKENS) + partial * PARTIAL_TOKENS, audioOutput: 0 }
}
