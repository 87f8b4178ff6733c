import { failure } from '../failures.ts'
import { type ReplyReader, readerRecord } from '../protocols/index.ts'
import type { CanonicalEvent, EventWriter, ReplyContext } from '../translation/index.ts'
import type { Translation } from './translate-call.ts'

/** How a reply came, and what it answers. */
export type TranslatedReply = {
  readonly translation: Translation
  readonly status: number
  /** Whether the upstream sends a stream. */
  readonly isStream: boolean
  readonly context: Omit<ReplyContext, 'call'>
}

/**
 * A reader whose bytes for the customer are in the customer's protocol. What is metered is what `inner`, the reader of the upstream's
 * protocol, reads of the upstream's bytes.
 */
export function translatedReply(inner: ReplyReader, reply: TranslatedReply): ReplyReader {
  const { translation, isStream, context } = reply
  const { client, upstream, call } = translation
  const reader = isStream ? upstream.readStream() : upstream.readWhole()
  const written = writerOf(reply, call.isStream ? client.writeStream({ ...context, call }) : client.writeWhole({ ...context, call }))
  const write = (events: readonly CanonicalEvent[]): Buffer => Buffer.concat(events.map(written.push))
  let [isBroken, isPastTelling] = [false, false]
  const noting = (events: readonly CanonicalEvent[]): readonly CanonicalEvent[] => {
    isBroken ||= events.some(isFailure)
    return events
  }
  return {
    ...readerRecord(inner),
    push: (chunk) => {
      inner.push(chunk)
      const events = noting(reader.push(chunk))
      isPastTelling ||= events.some((event) => event.type === 'error' && event.code === 'upstream_cut')
      return write(events)
    },
    end: () => {
      inner.end()
      return Buffer.concat([write(noting(reader.end())), written.end()])
    },
    isPastTelling: () => isPastTelling,
    isError: () => isBroken || inner.isError(),
    endsItself: true,
    stopAtLength: (passed, { usage }) =>
      Buffer.concat([passed, write([{ type: 'usage', usage }, ...stops(call.choices), { type: 'end' }]), written.end()]),
  }
}

/** Whether an event is told to the customer as a failure: an error, or an end that is none, as of a model that called a tool in no words. */
const isFailure = (event: CanonicalEvent): boolean => event.type === 'error' || (event.type === 'finish' && event.reason === 'error')

const stops = (choices: number): readonly CanonicalEvent[] =>
  Array.from({ length: choices }, (_, choice) => ({ type: 'finish', choice, reason: 'length', stopSequence: undefined }))

/** The writer of an answer, or, where the upstream refused, of its refusal: its status and words, in the customer's protocol. */
function writerOf({ status, translation, context }: TranslatedReply, answer: EventWriter): EventWriter {
  if (status < 400) return answer
  let message: string | undefined
  return {
    push: (event) => {
      if (event.type === 'error' && event.code !== 'upstream_cut') message = event.message
      return Buffer.alloc(0)
    },
    end: () => {
      const told = failure('upstream_refused')
      return translation.client.encodeError({ ...told, status, message: message ?? told.message }, context.requestId)
    },
  }
}
