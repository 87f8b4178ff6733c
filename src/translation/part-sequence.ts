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

type OpenPart = { readonly key: string; readonly kind: PartStart; readonly waiting: PartEvent[]; isClosed: boolean }

/** The parts of one choice. */
export function partSequence(choice: number, emit: Emit): PartSequence {
  const open: OpenPart[] = []
  let part = -1
  let waitingLength = 0

  const begin = ({ kind }: OpenPart): void => {
    part += 1
    emit({ type: 'part-start', choice, part, kind })
  }
  const say = (event: PartEvent): void => emit({ ...event, choice, part })
  const find = (key: string): OpenPart | undefined => open.find((one) => one.key === key && !one.isClosed)
  const advance = (): void => {
    while (open[0]?.isClosed === true) {
      open.shift()
      emit({ type: 'part-end', choice, part })
      const next = open[0]
      if (next === undefined) return
      begin(next)
      for (const event of next.waiting) say(event)
      waitingLength -= next.waiting.reduce((sum, event) => sum + sizeOf(event), 0)
      next.waiting.length = 0
    }
  }
  return {
    open: (key, kind) => {
      if (find(key) !== undefined) return
      const opened = { key, kind, waiting: [], isClosed: false }
      open.push(opened)
      if (open.length === 1) begin(opened)
    },
    tell: (key, event) => {
      const found = find(key)
      if (found === undefined) return
      if (found === open[0]) return say(event)
      waitingLength += sizeOf(event)
      if (waitingLength > WAITING_MAX) throw new RangeError('parts of an answer wait for one that does not end')
      found.waiting.push(event)
    },
    close: (key) => {
      const found = find(key)
      if (found === undefined) return
      found.isClosed = true
      advance()
    },
    closeAll: () => {
      for (const one of open) one.isClosed = true
      advance()
    },
    isOpen: (key) => find(key) !== undefined,
  }
}

const sizeOf = (event: PartEvent): number => ('text' in event ? event.text.length : 64)
