import type { CanonicalCall, JsonObject } from '../call.ts'
import type { CanonicalEvent, PartStart } from '../events.ts'

/** What belongs to a part, after its start. */
export type PartEvent = Exclude<Extract<CanonicalEvent, { part: number }>, { type: 'part-start' }>

/** How an item ended. */
export type ItemStatus = 'completed' | 'incomplete'

/** An item of the output that is being written. */
export type OpenItem = {
  /** Begins another part in this item; false when it belongs to another item. */
  readonly begin: (kind: PartStart) => boolean
  readonly push: (event: PartEvent) => void
  /** Ends the part that is open, and tells the item as it is then. */
  readonly close: (status: ItemStatus) => JsonObject
}

/** Where the events of a response go: its type, and what makes its other members as JSON without braces, which an answer that is no stream does not need. */
export type Send = (type: string, members: () => string) => void

/** What an item writes with: its place is added to what it sends. */
export type ItemSink = {
  readonly id: string
  readonly call: CanonicalCall
  /** Tells that there is an item. */
  readonly added: (item: JsonObject) => void
  readonly send: Send
}
