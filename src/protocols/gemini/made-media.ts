import { NOTHING } from '../json-bytes.ts'
import type { CountedMedia } from '../protocol.ts'
import { bytesOfBase64, soundTokens } from '../sound-tokens.ts'
import { pictureTokensMin } from './picture-bound.ts'

/** Root, candidates, candidate; there its content, parts, a part, its bytes. */
export const BYTES_DEPTH = 7

/** Tokens of a second of sound. Source: https://ai.google.dev/gemini-api/docs/speech-generation (2026-11-26): of 16 bits at 24,000 samples. */
const SOUND_TOKENS_PER_SECOND = 25

/** A part that is told as bytes: where its object begins, and of what is known of it the kind or the characters of its base64. */
export type MediaPart = { readonly at: number; readonly mimeType?: string | undefined; readonly characters?: number }

/** Where a part begins, and whether it is told as bytes. */
export type PartStart = { readonly at: number; readonly hasBytes: boolean }

/** Key of parts that are thoughts: pictures among them are not charged. */
const THOUGHT = Buffer.from('"thought"')
/** What is kept of earlier bytes: less than the key, so that it is found once. */
const CARRIED = THOUGHT.length - 1

/** Counts the pictures of a reply that have ended and its sound; kind and bytes of a part come in any order. */
export function mediaCounter() {
  const thoughts = thoughtCounter()
  let part: MediaPart = { at: -1 }
  let [pictures, soundBytes] = [0, 0]
  return {
    /** A text begins whose offsets are its own. */
    begin: (): void => {
      part = { at: -1 }
      thoughts.begin()
    },
    noteStart: thoughts.noteStart,
    /** Takes what a part tells of its bytes. */
    note: (told: MediaPart): void => {
      part = part.at === told.at ? { ...part, ...told } : told
      const { mimeType, characters } = part
      if (mimeType === undefined || characters === undefined) return
      if (mimeType.startsWith('image/')) pictures += 1
      if (mimeType.startsWith('audio/')) soundBytes += bytesOfBase64(characters)
      part = { at: -1 }
    },
    /** Takes the bytes that its parts were in, by their offset. */
    pass: thoughts.pass,
    /** What was counted; `open` is a part whose bytes go on. */
    counted: (model: string | undefined, open?: MediaPart): CountedMedia => {
      const isSound = open !== undefined && open.at === part.at && part.mimeType?.startsWith('audio/') === true
      const bytes = soundBytes + (isSound ? bytesOfBase64(open.characters ?? 0) : 0)
      return {
        imageOutput: Math.max(0, pictures - thoughts.count()) * pictureTokensMin(model),
        audioOutput: soundTokens(bytes, { tokensPerSecond: SOUND_TOKENS_PER_SECOND }),
      }
    },
  }
}

/** Counts parts told as bytes that are thoughts. */
function thoughtCounter() {
  let starts: PartStart[] = []
  let count = 0
  let carry: Buffer = NOTHING
  const countIn = (bytes: Buffer, base: number): void => {
    for (let at = bytes.indexOf(THOUGHT); at >= 0; at = bytes.indexOf(THOUGHT, at + 1)) {
      if (starts.findLast((start) => start.at <= base + at)?.hasBytes === true) count += 1
    }
  }
  return {
    begin: (): void => {
      starts = []
      carry = NOTHING
    },
    noteStart: (start: PartStart): void => {
      if (starts.at(-1)?.at !== start.at) starts.push(start)
    },
    pass: (bytes: Buffer, base: number): void => {
      const seam = Buffer.concat([carry, bytes.subarray(0, CARRIED)])
      countIn(seam, base - carry.length)
      countIn(bytes, base)
      starts = starts.slice(-1)
      carry = Buffer.from((bytes.length < CARRIED ? seam : bytes).subarray(-CARRIED))
    },
    count: (): number => count,
  }
}
