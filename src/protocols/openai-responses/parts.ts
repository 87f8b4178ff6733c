import type { Picture } from '../openai-family/index.ts'

/** Types of objects that are one picture. Source: https://platform.openai.com/docs/api-reference/responses/create (2026-11-26). */
const PICTURE_TYPES = ['"input_image"', '"computer_screenshot"', '"image_generation_call"']

/** What is known of one object within a request's input, of which some members were met. */
type Part = {
  readonly at: number
  types: number
  isPicture: boolean
  urls: number
  urlBytes: number
  files: number
  details: number
  isLow: boolean
}

/** What the objects of an input that are no text come to. */
export type PartsSeen = { readonly pictures: readonly Picture[]; readonly mediaBytes: number; readonly hasFile: boolean }

/**
 * Tells the objects of an input by the place where each begins. Members of one object may come in any order; one that is interrupted by
 * an object within it counts as two, which is never too low.
 */
export function partTeller() {
  const pictures: Picture[] = []
  let mediaBytes = 0
  let hasFile = false
  let part = emptyPart(-1)
  const finish = (): void => {
    const { types, isPicture, urls, urlBytes, files, details, isLow } = part
    const isPlain = isPicture && types === 1 && urls + files === 1
    const count = isPicture ? Math.max(1, urls) : urls
    for (let index = 0; index < count; index += 1) pictures.push({ isLow: isPlain && details === 1 && isLow })
    if (isPlain) mediaBytes += urlBytes
    if (files > 0 && !isPlain) hasFile = true
    part = emptyPart(-1)
  }
  /** The part that begins at a place; the one before it is finished. */
  const partAt = (at: number): Part => {
    if (part.at !== at) {
      finish()
      part = emptyPart(at)
    }
    return part
  }
  return {
    type: (at: number, type: string): void => {
      const known = partAt(at)
      known.types += 1
      known.isPicture ||= PICTURE_TYPES.includes(type)
    },
    /** `bytes`: those within the request; 0 for an address elsewhere. */
    url: (at: number, bytes: number): void => {
      const known = partAt(at)
      known.urls += 1
      known.urlBytes += bytes
    },
    /** A file that lies at the provider. */
    file: (at: number): void => {
      partAt(at).files += 1
    },
    detail: (at: number, detail: string): void => {
      const known = partAt(at)
      known.details += 1
      known.isLow = detail === '"low"'
    },
    seen: (): PartsSeen => {
      finish()
      return { pictures, mediaBytes, hasFile }
    },
  }
}

const emptyPart = (at: number): Part => ({
  ...{ at, types: 0, isPicture: false, urls: 0, urlBytes: 0, files: 0, details: 0, isLow: false },
})
