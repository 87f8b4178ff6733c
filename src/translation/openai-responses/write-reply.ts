import { type Failure, failure } from '../../failures.ts'
import type { Usage } from '../../spec/index.ts'
import type { ReplyContext } from '../adapter.ts'
import type { CanonicalEvent, EventWriter } from '../events.ts'
import { encodeFailedEvent } from './errors.ts'
import type { Send } from './open-item.ts'
import { responseMaker, type Standing, standingOf } from './response-object.ts'
import { itemWriter } from './write-items.ts'

const NOTHING = Buffer.alloc(0)

/** Characters of output that a stream tells a second time at its end; more would have to be kept, and so grow with the stream. */
const REPEATED_MAX = 4_194_304

/** Writes a reply as the events of a response. Source: https://platform.openai.com/docs/api-reference/responses-streaming (2026-11). */
export function writeStream(context: ReplyContext): EventWriter {
  let frames: string[] = []
  let sequence = 0
  const send: Send = (type, members) => {
    frames.push(`event: ${type}\ndata: {"type":"${type}","sequence_number":${sequence},${members()}}\n\n`)
    sequence += 1
  }
  const flush = (): Buffer => {
    const text = frames.join('')
    frames = []
    return text === '' ? NOTHING : Buffer.from(text)
  }
  const response = responseWriter(context, { send, outputMax: REPEATED_MAX })
  return {
    push: (event) => {
      response.push(event)
      return flush()
    },
    end: () => {
      response.end()
      return flush()
    },
  }
}

/** Writes a reply as one JSON object, when it is whole. Source: https://platform.openai.com/docs/api-reference/responses/object (2026-11). */
export function writeWhole(context: ReplyContext): EventWriter {
  const response = responseWriter(context, { send: () => undefined, outputMax: Number.POSITIVE_INFINITY })
  return {
    push: (event) => {
      response.push(event)
      return NOTHING
    },
    end: () => Buffer.from(response.end()),
  }
}

type ResponseWriter = {
  readonly push: (event: CanonicalEvent) => void
  /** Ends the response, as broken off if nothing ended it before; returns it as it ended. */
  readonly end: () => string
}

function responseWriter(context: ReplyContext, { send, outputMax }: { readonly send: Send; readonly outputMax: number }): ResponseWriter {
  const output = outputKeeper(outputMax)
  let response: ReturnType<typeof responseMaker> | undefined
  let items: ReturnType<typeof itemWriter> | undefined
  let usage: Usage | undefined
  let standing: Standing = { status: 'completed' }
  let ended: string | undefined

  const begin = (start: Extract<CanonicalEvent, { type: 'start' }> | undefined) => {
    response = responseMaker(start, context)
    items = itemWriter({ send, keep: output.keep, responseId: response.id, call: context.call })
    const created = response.make({ status: 'in_progress' }, [], undefined)
    send('response.created', () => `"response":${created}`)
    send('response.in_progress', () => `"response":${created}`)
    return { response, items }
  }
  const started = () => (response === undefined || items === undefined ? begin(undefined) : { response, items })
  const finish = (how: Standing): string => {
    const told = started()
    told.items.close('incomplete')
    ended = told.response.make(how, output.items(), usage)
    if (how.status === 'failed') send('error', () => encodeFailedEvent(how.error))
    send(`response.${how.status}`, () => `"response":${ended}`)
    return ended
  }
  return {
    push: (event) => {
      if (ended !== undefined) return
      if (event.type === 'start' && response === undefined) begin(event)
      else if (event.type === 'usage') usage = event.usage
      else if (event.type === 'error') finish(failedAs(event))
      else if (event.type === 'end') finish(standing)
      else if (event.type === 'finish' && event.choice === 0) {
        standing = event.reason === 'error' ? BROKEN : standingOf(event.reason, started().items.hasRefusal())
        started().items.close(standing.status === 'completed' ? 'completed' : 'incomplete')
      } else if ('part' in event && event.choice === 0) started().items.push(event)
    },
    end: () => ended ?? finish(BROKEN),
  }
}

const failedWith = ({ code, message }: Pick<Failure, 'code' | 'message'>): Standing => ({ status: 'failed', error: { code, message } })

const BROKEN: Standing = failedWith(failure('upstream_cut'))

/** A provider's error in the middle of an answer: its own words, as they are for the caller of the model. */
const failedAs = ({ code, message }: Extract<CanonicalEvent, { type: 'error' }>): Standing => ({
  status: 'failed',
  error: { code: code ?? 'server_error', message },
})

/** Keeps the items of an output as JSON, up to a bound. */
function outputKeeper(lengthMax: number) {
  let items: string[] | undefined = []
  let length = 0
  return {
    keep: (item: string): void => {
      length += item.length
      if (length > lengthMax) items = undefined
      items?.push(item)
    },
    items: (): readonly string[] | undefined => items,
  }
}
