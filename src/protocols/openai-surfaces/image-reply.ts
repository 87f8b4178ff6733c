import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { readJsonReply, replyPlan } from '../json-reply.ts'
import type { ReplyReader, ReplyShape } from '../protocol.ts'
import { readStreamReply } from '../stream-reply.ts'
import { partedUsage, surfaceUsage } from './figures.ts'
import { typedFrames } from './typed-frames.ts'

/** The model that is meant where none is named. Source: https://platform.openai.com/docs/api-reference/images/create (2026-11-26). */
export const MODEL = 'dall-e-2'

/** Most pictures of one call. Source: as above; others make no more. */
export const IMAGES_MAX = 10

/** Tokens of the pictures shown while one is made: at most three of 100. Source: https://platform.openai.com/docs/guides/image-generation (2026-11-26). */
export const PARTIAL_TOKENS = 300

const LAST: ReadonlySet<string> = new Set(['image_generation.completed', 'image_edit.completed'])

/** Root object, array of data, picture. */
const PICTURE_DEPTH = 3
const PICTURES = replyPlan({ marks: ['b64_json', 'url'] })

/** An event holds a whole picture. */
const EVENT_BYTES_MAX = 64 * 1024 * 1024

/**
 * Reads an answer of pictures: how many came, and the tokens they took where the model tells any. Models that are sold by the picture
 * tell none; the pictures are then what is charged, and the prompt by our count where its tokens cost.
 */
export function readImages({ isStream, call }: ReplyShape): ReplyReader {
  const sink = surfaceUsage(partedUsage('imageOutput'))
  const withImages = (count: number): Usage | undefined => {
    const told = sink.usage()
    if (told === undefined && count === 0) return undefined
    return { ...(told ?? { ...NO_USAGE, input: call?.countInput() ?? 0 }), images: count }
  }
  if (isStream) {
    const frames = typedFrames({ sink, last: LAST, ends: call?.choices ?? 1, usage: withImages })
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
    ...reader,
    usage: () => {
      reader.usage()
      return withImages(count)
    },
  }
}
