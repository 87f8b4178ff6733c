import { type Failure, failure } from '../../failures.ts'
import { openaiChat } from '../../protocols/index.ts'
import type { Usage } from '../../spec/index.ts'
import type { ReplyContext } from '../adapter.ts'
import type { CanonicalEvent, EventWriter } from '../events.ts'
import { wordOf } from './finish-reasons.ts'
import { type Delta, deltaWriter } from './write-deltas.ts'
import { messageCollector } from './write-message.ts'
import { usageJson } from './write-usage.ts'

const NOTHING = Buffer.alloc(0)
const DONE = 'data: [DONE]\n\n'

type Start = Extract<CanonicalEvent, { type: 'start' }>

/** Writes a reply as a stream of chunks. Source: https://platform.openai.com/docs/api-reference/chat-streaming (2026-11). */
export function writeStream(context: ReplyContext): EventWriter {
  const deltas = deltaWriter()
  let head: string | undefined
  let usage: Usage | undefined
  let isOver = false

  const chunk = (choices: string, more = ''): string => {
    head ??= headOf('chat.completion.chunk', undefined, context)
    return `data: ${head},"choices":${choices}${more}}\n\n`
  }
  const deltaChunk = ({ choice, members, logprobs }: Delta): string => {
    const told = logprobs === undefined ? 'null' : `{"content":${JSON.stringify(logprobs)},"refusal":null}`
    return chunk(`[{"index":${choice},"delta":${JSON.stringify(members)},"logprobs":${told},"finish_reason":null}]`)
  }
  const fail = (told: Failure): string => {
    isOver = true
    return openaiChat.encodeStreamError(told, context.requestId).toString()
  }
  const write = (event: CanonicalEvent): string => {
    if (event.type === 'start') head ??= headOf('chat.completion.chunk', event, context)
    if (event.type === 'usage') usage = event.usage
    if (event.type === 'error') return fail(failureOf(event))
    const added = deltas.push(event).map(deltaChunk).join('')
    if (event.type === 'finish') return event.reason === 'error' ? added + fail(failure('upstream_cut')) : added + finishChunk(event)
    if (event.type !== 'end') return added
    isOver = true
    return `${context.call.wantsUsage && usage !== undefined ? chunk('[]', `,"usage":${JSON.stringify(usageJson(usage))}`) : ''}${DONE}`
  }
  const finishChunk = ({ choice, reason, stopSequence }: Extract<CanonicalEvent, { type: 'finish' }>): string => {
    const word = wordOf(reason, deltas.hasRefusal(choice))
    const hit = stopSequence === undefined ? '' : `,"stop_reason":${JSON.stringify(stopSequence)}`
    return chunk(`[{"index":${choice},"delta":{},"logprobs":null,"finish_reason":"${word}"${hit}}]`)
  }
  return {
    push: (event) => {
      const text = isOver ? '' : write(event)
      return text === '' ? NOTHING : Buffer.from(text)
    },
    end: () => (isOver ? NOTHING : Buffer.from(fail(failure('upstream_cut')))),
  }
}

/** Writes a reply as one JSON object, when it is whole. Source: https://platform.openai.com/docs/api-reference/chat/object (2026-11). */
export function writeWhole(context: ReplyContext): EventWriter {
  const deltas = deltaWriter()
  const message = messageCollector()
  let start: Start | undefined
  let usage: Usage | undefined
  let broken: Failure | undefined
  let isWhole = false
  return {
    push: (event) => {
      if (event.type === 'start') start ??= event
      if (event.type === 'usage') usage = event.usage
      if (event.type === 'error') broken ??= failureOf(event)
      if (event.type === 'end') isWhole = true
      for (const delta of deltas.push(event)) message.add(delta)
      if (event.type === 'finish' && event.reason === 'error') broken ??= failure('upstream_cut')
      if (event.type === 'finish') message.finish(event, wordOf(event.reason, deltas.hasRefusal(event.choice)))
      return NOTHING
    },
    end: () => {
      if (broken !== undefined || !isWhole) return openaiChat.encodeError(broken ?? failure('upstream_cut'), context.requestId)
      const told = usage === undefined ? '' : `,"usage":${JSON.stringify(usageJson(usage))}`
      return Buffer.from(`${headOf('chat.completion', start, context)},"choices":${JSON.stringify(message.choices())}${told}}`)
    },
  }
}

/** What all chunks of a reply have in common, as the beginning of a JSON object. */
function headOf(object: string, start: Start | undefined, { call, requestId, now }: ReplyContext): string {
  const id = start?.id ?? `chatcmpl-${requestId}`
  const created = start?.createdAt ?? Math.floor(now() / 1_000)
  return JSON.stringify({ id, object, created, model: start?.model ?? call.model }).slice(0, -1)
}

/** A provider's error in the middle of an answer: its own words, as they are for the caller of the model. */
const failureOf = ({ code, message }: Extract<CanonicalEvent, { type: 'error' }>): Failure => ({
  ...failure('upstream_cut'),
  ...(code === 'upstream_cut' ? {} : { message }),
})
