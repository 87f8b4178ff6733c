import { failure } from '../failures.ts'
import { GrowingBytes, JsonInParts, letGo, passedJsonBound, type WrittenPlaces } from '../lib/index.ts'
import { SseScanner } from '../protocols/index.ts'
import type { Json, JsonObject } from './call.ts'
import type { CanonicalEvent, EventReader } from './events.ts'
import { isObject, parseJson } from './json.ts'

/** Takes the next event. */
export type Emit = (event: CanonicalEvent) => void

/** What a protocol makes of a reply. It is told nothing more after it has emitted `error` or `end`. */
export type ReplyParser = {
  /** Takes one object: that of an event of a stream, or the whole reply. */
  readonly take: (object: JsonObject) => void
  /** Takes the end of the reply; has to emit `end` or `error` if that was not done before. */
  readonly end: () => void
}

/** Most bytes of one event of a stream, and of a whole reply: pictures come in one piece. */
export const REPLY_BYTES_MAX = 33_554_432

/** As lenient as whoever meters a reply. */
const REPLY_BOUNDS = { depthMax: 1_000, partsMax: 2_000_000 }
/** What is no longer than this costs little, whatever it is made of. */
const SMALL_BYTES = 4_096
/** What is longer is read as it comes, so that its end holds nobody up. */
const AT_ONCE_BYTES_MAX = 65_536

/** The failure of a reply that ended too early or makes no sense, as an event. */
export const BROKEN: CanonicalEvent = { type: 'error', code: 'upstream_cut', message: failure('upstream_cut').message }

/**
 * Reads a stream of server-sent events with JSON in each; `[DONE]` and whatever is no object are passed over. In the places that are given, numbers
 * are kept as they were written.
 */
export function readEventStream(make: (emit: Emit) => ReplyParser, written?: WrittenPlaces): EventReader {
  const collected = collector()
  const parser = make(collected.emit)
  const scanner = new SseScanner(({ bytes, from, to }) => {
    const value = jsonOf(bytes.subarray(from, to), written)
    if (isObject(value)) collected.run(() => parser.take(value))
  }, REPLY_BYTES_MAX)
  return {
    push: (chunk) => {
      scanner.push(chunk)
      // An event without end can neither be read nor be left out unsaid.
      if (scanner.unfinished === undefined) collected.emit(BROKEN)
      return collected.take()
    },
    end: () => {
      scanner.end()
      collected.run(parser.end)
      return collected.take()
    },
  }
}

/** Reads a whole JSON reply, which is told when it has ended; `written` as for a stream. */
export function readWholeReply(make: (emit: Emit) => ReplyParser, written?: WrittenPlaces): EventReader {
  const collected = collector()
  const parser = make(collected.emit)
  const reply = new WholeReply(written)
  return {
    push: (chunk) => {
      if (!reply.push(chunk)) collected.emit(BROKEN)
      return collected.take()
    },
    end: () => {
      const value = reply.end()
      if (isObject(value)) collected.run(() => parser.take(value))
      collected.run(parser.end)
      return collected.take()
    },
  }
}

/**
 * A reply that is one JSON value: its bytes while they are few, then what has been read of them. It is read by as many at a time, as whoever sends single
 * bytes would have some thirty kept for each that is read by itself.
 */
class WholeReply {
  // The connection that brought a part looks at it again.
  readonly #bytes = new GrowingBytes({ ownsParts: false })
  readonly #written: WrittenPlaces | undefined
  #reading: JsonInParts | undefined
  #length = 0

  constructor(written: WrittenPlaces | undefined) {
    this.#written = written
  }

  /** Whether it is not too long with this part. */
  push(part: Buffer): boolean {
    this.#length += part.length
    if (this.#length > REPLY_BYTES_MAX) {
      this.#bytes.drop()
      this.#reading = undefined
      return false
    }
    this.#bytes.push(part)
    if (this.#bytes.length > AT_ONCE_BYTES_MAX) {
      this.#reading ??= new JsonInParts(REPLY_BOUNDS, this.#written)
      this.#readOn(this.#reading)
    }
    return true
  }

  /** What it says; undefined where it is too long, no JSON, or costs too much to read. */
  end(): Json | undefined {
    if (this.#length > REPLY_BYTES_MAX) return undefined
    if (this.#reading === undefined) return jsonOf(this.#bytes.take(), this.#written)
    this.#readOn(this.#reading)
    return this.#reading.end() as Json | undefined
  }

  #readOn(reading: JsonInParts): void {
    const bytes = this.#bytes.take()
    reading.push(bytes)
    letGo(bytes)
  }
}

/** What bytes say, undefined where they are no JSON or cost too much to read. */
const jsonOf = (bytes: Buffer, written: WrittenPlaces | undefined): Json | undefined =>
  bytes.length < SMALL_BYTES || passedJsonBound(bytes, REPLY_BOUNDS) === undefined ? parseJson(bytes.toString(), written) : undefined

/** Events until they are taken; none after the end of the reply. What a parser throws at a senseless reply is its end. */
function collector() {
  let events: CanonicalEvent[] = []
  let isOver = false
  const emit: Emit = (event) => {
    if (isOver) return
    isOver = event.type === 'error' || event.type === 'end'
    events.push(event)
  }
  return {
    emit,
    run: (step: () => void): void => {
      if (isOver) return
      try {
        step()
      } catch {
        emit(BROKEN)
      }
    },
    take: (): readonly CanonicalEvent[] => {
      const taken = events
      events = []
      return taken
    },
  }
}
