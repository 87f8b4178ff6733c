import { failure } from '../failures.ts'
import { type Protocol, type ReplyReader, readerRecord, SseScanner } from '../protocols/index.ts'

/** Most bytes of an event that is waited for until it is whole. */
const EVENT_BYTES_MAX = 16 * 1024 * 1024

const OPENING = Buffer.from('[')
const BETWEEN = Buffer.from(',\r\n')
const CLOSING = Buffer.from(']')
const OPEN_BRACE = 0x7b

/** Whose failures are told, and in answer to what. */
export type ArrayReply = { readonly protocol: Protocol; readonly requestId: string }

/** A reader of a stream whose events go to the customer as the elements of one JSON array, each as it comes. */
export function arrayReply(inner: ReplyReader, { protocol, requestId }: ArrayReply): ReplyReader {
  let isBegun = false
  let isEnded = false
  let isOverlong = false
  let parts: Buffer[] = []
  const add = (element: Buffer): void => {
    parts.push(isBegun ? BETWEEN : OPENING, element)
    isBegun = true
  }
  const taken = (): Buffer => {
    const bytes = Buffer.concat(parts)
    parts = []
    return bytes
  }
  const events = eventsTo(add)
  /** Elements of bytes that are whole events, or an error in the protocol's own way. */
  const addWhole = (bytes: Buffer): void => {
    const scanner = eventsTo(add)
    scanner.push(bytes)
    scanner.end()
  }
  const close = (): Buffer => {
    isEnded = true
    if (!isBegun) parts.push(OPENING)
    parts.push(CLOSING)
    return taken()
  }
  return {
    ...readerRecord(inner),
    push: (chunk) => {
      events.push(inner.push(chunk))
      // It can neither be an element nor be left out unsaid.
      isOverlong ||= events.unfinished === undefined
      return taken()
    },
    end: () => {
      if (isEnded) return Buffer.alloc(0)
      events.push(inner.end())
      // What lacks its end is no event; an error that stands in a stream by itself is told below.
      const isWhole = !isOverlong && (inner.isComplete() || inner.isUsageFinal())
      if (isWhole) events.end()
      else if (isOverlong || !inner.endsItself) add(protocol.encodeError(failure('upstream_cut'), requestId))
      return close()
    },
    isPastTelling: () => isOverlong || inner.isPastTelling?.() === true,
    endsItself: true,
    stopAtLength: (passed, stop) => {
      addWhole(inner.stopAtLength(Buffer.alloc(0), stop))
      return Buffer.concat([passed, close()])
    },
  }
}

/** Tells the data of each event that is a JSON object. */
const eventsTo = (add: (element: Buffer) => void): SseScanner =>
  new SseScanner(({ bytes, from, to }) => {
    if (bytes[from] === OPEN_BRACE) add(Buffer.from(bytes.subarray(from, to)))
  }, EVENT_BYTES_MAX)
