import type { CanonicalEvent, PartStart } from './events.ts'
import type { Emit } from './reply-reader.ts'

/** A delta or another event inside a part, without its place. */
export type PartEvent = WithoutPlace<Extract<CanonicalEvent, { part: number }>>
type WithoutPlace<Event> = Event extends CanonicalEvent ? Omit<Event, 'choice' | 'part'> : never

/**
 * Brings the parts of one choice in a row, as canonical events demand: an upstream may begin a part before the one before it has ended.
 * What belongs to a later part waits until the earlier ones have ended. Parts are named by keys of the upstream's choosing.
 */
export type PartSequence = {
  /** Begins a part, unless one of this key is open. */
  readonly open: (key: string, kind: PartStart) => void
  /** Tells something of an open part; of one that is not open it is passed over. */
  readonly tell: (key: string, event: PartEvent) => void
  readonly close: (key: string) => void
  /** Ends every open part. */
  readonly closeAll: () => void
  readonly isOpen: (key: string) => boolean
}

/** Most characters that wait for an earlier part to end. */
const WAITING_MAX = 8_388_608

type OpenPart = {
  readonly key: string
  readonly kind: PartStart
  readonly waiting: PartEvent[]
  isClosed: boolean
  next: OpenPart | undefined
}

/** The parts of one choice; each is found by its key, as an upstream may have as many open as a reply has room for. */
export function partSequence(choice: number, emit: Emit): PartSequence {
  /** Those that have not been closed. */
  const open = new Map<string, OpenPart>()
  /** The one that is being told, and the one that was opened last; both are in a row of those that have not been told to their end. */
  let [first, last]: (OpenPart | undefined)[] = []
  let part = -1
  let waitingLength = 0

  const begin = ({ kind }: OpenPart): void => {
    part += 1
    emit({ type: 'part-start', choice, part, kind })
  }
  const say = (event: PartEvent): void => emit({ ...event, choice, part })
  const advance = (): void => {
    while (first?.isClosed === true) {
      first = first.next
      emit({ type: 'part-end', choice, part })
      if (first === undefined) return
      begin(first)
      for (const event of first.waiting) {
        say(event)
        waitingLength -= sizeOf(event)
      }
      first.waiting.length = 0
    }
  }
  return {
    open: (key, kind) => {
      if (open.has(key)) return
      const opened = { key, kind, waiting: [], isClosed: false, next: undefined }
      open.set(key, opened)
      if (first !== undefined && last !== undefined) last.next = opened
      else first = opened
      last = opened
      if (first === opened) begin(opened)
    },
    tell: (key, event) => {
      const found = open.get(key)
      if (found === undefined) return
      if (found === first) return say(event)
      waitingLength += sizeOf(event)
      if (waitingLength > WAITING_MAX) throw new RangeError('parts of an answer wait for one that does not end')
      found.waiting.push(event)
    },
    close: (key) => {
      const found = open.get(key)
      if (found === undefined) return
      open.delete(key)
      found.isClosed = true
      advance()
    },
    closeAll: () => {
      for (const one of open.values()) one.isClosed = true
      open.clear()
      advance()
    },
    isOpen: (key) => open.has(key),
  }
}

const sizeOf = (event: PartEvent): number => ('text' in event ? event.text.length : 64)
