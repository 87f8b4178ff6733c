import type { JsonObject } from './call.ts'
import { CARRIED_BEGINNING, carriedIn } from './carried-thought.ts'
import { textIn } from './json.ts'

/** Where a protocol has its turns, what it calls the parts of one, and what remains of a part that a record of ours may stand in. */
export type ThoughtPlace = {
  readonly turns: string
  /** undefined: a turn is its own part. */
  readonly parts: string | undefined
  /** What some record of ours begins with in a body. */
  readonly mark: string
  /** Where thoughts are a member of a part and no part of their own: its name. */
  readonly member?: string
  /** undefined: nothing of it. The same object: all of it. */
  readonly kept: (part: JsonObject) => JsonObject | undefined
  /** A request that thoughts were taken out of, without what it cannot ask for any more, which is noted. All of it where this is not told. */
  readonly rest?: (request: JsonObject, note: (field: string) => void) => JsonObject
}

/** What a record begins with where it stands as it is. */
export const PLAIN_MARK = `"${CARRIED_BEGINNING}`

/** Whether a member of a part is a record of ours. */
export const isCarried = (part: JsonObject, name: string): boolean => carriedIn(textIn(part, name)) !== undefined
