import { type Failure, failure } from '../../failures.ts'
import { anthropicMessages } from '../../protocols/index.ts'
import { NO_USAGE, type Usage } from '../../spec/index.ts'
import type { ReplyContext } from '../adapter.ts'
import type { JsonObject } from '../call.ts'
import type { CanonicalEvent, EventWriter } from '../events.ts'
import { blockGatherer } from './gather-blocks.ts'
import { wordOf } from './stop-reasons.ts'
import { type BlockSink, type BlockWriter, blockWriter } from './write-blocks.ts'
import { usageJson } from './write-usage.ts'

const NOTHING = Buffer.alloc(0)

type Start = Extract<CanonicalEvent, { type: 'start' }>
type Finish = Extract<CanonicalEvent, { type: 'finish' }>

/**
 * Writes a reply as a stream of events. The first waits for what follows the start, so that it tells the input where the upstream told it
 * at once; where it is told at the end, the first says a rough count of ours. The last event of a message tells every figure, and the official clients take
 * those, as sums of the whole message, for what the first one said. Source: https://platform.claude.com/docs/en/build-with-claude/streaming (2026-11).
 */
export function writeStream(context: ReplyContext): EventWriter {
  let frames: string[] = []
  let hasBegun = false
  let isOver = false
  const send = (type: string, members: JsonObject): void => {
    frames.push(`event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`)
  }
  const sink: BlockSink = {
    begin: (index, block) => send('content_block_start', { index, content_block: block }),
    grow: (index, delta) => send('content_block_delta', { index, delta }),
    end: (index) => send('content_block_stop', { index }),
  }
  const blocks = blockWriter(sink, context.call)
  const standing = replyStanding(context)
  const begin = (): void => {
    if (hasBegun) return
    hasBegun = true
    send('message_start', { message: { ...standing.head(), content: [], ...STILL_OPEN, usage: standing.firstUsage() } })
  }
  const fail = (told: Failure): void => {
    isOver = true
    frames.push(anthropicMessages.encodeStreamError(told, context.requestId).toString())
  }
  const finish = (): void => {
    blocks.close()
    const ending = standing.ending(blocks)
    if (ending === undefined) fail(failure('upstream_cut'))
    else {
      isOver = true
      send('message_delta', { delta: { ...ending, container: null }, usage: standing.usage() })
      send('message_stop', {})
    }
  }
  const take = (event: CanonicalEvent): void => {
    if (standing.take(event)) return
    if (event.type !== 'error') begin()
    if (event.type === 'error') fail(failureOf(event))
    else if (event.type === 'end') finish()
    else if ('part' in event && event.choice === 0) blocks.push(event)
  }
  const flush = (): Buffer => {
    const text = frames.join('')
    frames = []
    return text === '' ? NOTHING : Buffer.from(text)
  }
  return {
    push: (event) => {
      if (!isOver) take(event)
      return flush()
    },
    end: () => {
      if (!isOver) fail(failure('upstream_cut'))
      return flush()
    },
  }
}

/** Writes a reply as one JSON object, when it is whole. Source: https://platform.claude.com/docs/en/api/messages/create (2026-11). */
export function writeWhole(context: ReplyContext): EventWriter {
  const gathered = blockGatherer()
  const blocks = blockWriter(gathered, context.call)
  const standing = replyStanding(context)
  let broken: Failure | undefined
  let isWhole = false
  return {
    push: (event) => {
      if (standing.take(event)) return NOTHING
      if (event.type === 'error') broken ??= failureOf(event)
      if (event.type === 'end') isWhole = true
      if ('part' in event && event.choice === 0) blocks.push(event)
      return NOTHING
    },
    end: () => {
      blocks.close()
      const ending = isWhole ? standing.ending(blocks) : undefined
      if (broken !== undefined || ending === undefined) {
        return anthropicMessages.encodeError(broken ?? failure('upstream_cut'), context.requestId)
      }
      const head = JSON.stringify(standing.head()).slice(0, -1)
      const rest = JSON.stringify({ ...ending, container: null, usage: standing.usage() }).slice(1)
      return Buffer.from(`${head},"content":[${gathered.content().join(',')}],${rest}`)
    },
  }
}

/** What a message that has not ended says of its end. */
const STILL_OPEN: JsonObject = { stop_reason: null, stop_sequence: null, stop_details: null, container: null }

/** What is known of a reply besides its content. */
function replyStanding({ call, requestId, inputEstimate = 0 }: ReplyContext) {
  let start: Start | undefined
  let usage: Usage | undefined
  let finish: Finish | undefined
  return {
    /** Takes what says nothing until something else is said; false for all else. */
    take: (event: CanonicalEvent): boolean => {
      if (event.type === 'start') start ??= event
      else if (event.type === 'usage') usage = event.usage
      else if (event.type === 'finish') finish ??= event.choice === 0 ? event : undefined
      else return false
      return true
    },
    head: (): JsonObject => ({
      ...{ id: start?.id ?? `msg_${requestId}`, type: 'message', role: 'assistant', model: start?.model ?? call.model },
    }),
    firstUsage: (): JsonObject => usageJson(usage ?? { ...NO_USAGE, input: inputEstimate }),
    usage: (): JsonObject => usageJson(usage ?? NO_USAGE),
    /** Why the answer ended; undefined when it did not end as one. */
    ending: (blocks: BlockWriter): JsonObject | undefined => {
      if (finish?.reason === 'error') return undefined
      const refusal = blocks.refusal()
      return {
        stop_reason: wordOf(finish?.reason ?? 'stop', refusal !== undefined),
        stop_sequence: finish?.stopSequence ?? null,
        stop_details: refusal === undefined ? null : { type: 'refusal', category: null, explanation: refusal },
      }
    },
  }
}

/** A provider's error in the middle of an answer: its own words, as they are for the caller of the model. */
const failureOf = ({ code, message }: Extract<CanonicalEvent, { type: 'error' }>): Failure => ({
  ...failure('upstream_cut'),
  ...(code === 'upstream_cut' ? {} : { message }),
})
