import { openaiReplyUsage } from '../../protocols/index.ts'
import type { Usage } from '../../spec/index.ts'
import type { JsonObject } from '../call.ts'
import type { EventReader, FinishReason } from '../events.ts'
import { countIn, isObject, objectIn, objectsIn, textIn } from '../json.ts'
import { BROKEN, type Emit, type ReplyParser, readEventStream, readWholeReply } from '../reply-reader.ts'
import { itemReader } from './read-items.ts'

/** Reads a whole response. Source: https://platform.openai.com/docs/api-reference/responses/object (2026-11). */
export const readWhole = (): EventReader => readWholeReply(wholeParser)

/** Reads the events of a response. Source: https://platform.openai.com/docs/api-reference/responses-streaming (2026-11). */
export const readStream = (): EventReader => readEventStream(streamParser)

function wholeParser(emit: Emit): ReplyParser {
  const response = responseReader(emit)
  return {
    take: (object) => {
      if (isObject(object['error'])) response.fail(object['error'])
      else if (textIn(object, 'object') === 'response') response.finish(object)
    },
    end: response.end,
  }
}

function streamParser(emit: Emit): ReplyParser {
  const response = responseReader(emit)
  return {
    take: (event) => {
      const type = textIn(event, 'type') ?? ''
      const told = objectIn(event, 'response')
      if (type === 'error') response.fail(objectIn(event, 'error') ?? event)
      else if (isObject(event['error'])) response.fail(event['error'])
      else if (told === undefined) response.items.take(type, event)
      else if (LAST.has(type)) response.finish(told)
      else response.start(told)
    },
    end: response.end,
  }
}

/** Events that end a response. */
const LAST: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled'])

function responseReader(emit: Emit) {
  const items = itemReader(emit)
  let hasStarted = false

  const start = (response: JsonObject): void => {
    if (hasStarted) return
    hasStarted = true
    emit({ type: 'start', id: textIn(response, 'id'), model: textIn(response, 'model'), createdAt: countIn(response, 'created_at') })
  }
  const fail = (error: JsonObject): void => {
    const code = textIn(error, 'code') ?? textIn(error, 'type')
    emit({ type: 'error', code, message: textIn(error, 'message') ?? 'The provider told an error without words.' })
  }
  const finish = (response: JsonObject): void => {
    start(response)
    items.end(objectsIn(response, 'output'))
    const usage = usageOf(response, items.counts())
    if (usage !== undefined) emit({ type: 'usage', usage })
    const status = textIn(response, 'status') ?? 'completed'
    if (status === 'failed' || status === 'cancelled') fail(objectIn(response, 'error') ?? {})
    emit({ type: 'finish', choice: 0, reason: reasonOf(response, status, items), stopSequence: undefined })
    emit({ type: 'end' })
  }
  return { items, start, fail, finish, end: (): void => emit(BROKEN) }
}

/** Why an incomplete response is incomplete. Source: as for readWhole. */
const INCOMPLETE: ReadonlyMap<string, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'filter'],
])

type Told = { readonly hasCalls: () => boolean; readonly hasRefusal: () => boolean }

function reasonOf(response: JsonObject, status: string, items: Told): FinishReason {
  if (status === 'incomplete') return INCOMPLETE.get(textIn(objectIn(response, 'incomplete_details') ?? {}, 'reason') ?? '') ?? 'other'
  if (items.hasCalls()) return 'tool-calls'
  return items.hasRefusal() ? 'refusal' : 'stop'
}

/** The usage in the words of chat completions, which it is the same as but for its names, and the tools that the provider ran. */
function usageOf(response: JsonObject, counts: Pick<Usage, 'webSearches' | 'toolCalls'>): Usage | undefined {
  const told = objectIn(response, 'usage')
  if (told === undefined) return undefined
  const figures = openaiReplyUsage()
  figures.add({
    prompt_tokens: told['input_tokens'],
    completion_tokens: told['output_tokens'],
    total_tokens: told['total_tokens'],
    prompt_tokens_details: told['input_tokens_details'],
    completion_tokens_details: told['output_tokens_details'],
  })
  const usage = figures.usage()
  return usage === undefined ? undefined : { ...usage, ...counts }
}
