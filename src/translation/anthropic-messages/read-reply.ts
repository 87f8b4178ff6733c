import { anthropicReplyUsage } from '../../protocols/index.ts'
import type { JsonObject } from '../call.ts'
import type { EventReader } from '../events.ts'
import { countIn, objectIn, objectsIn, textIn } from '../json.ts'
import { BROKEN, type Emit, type ReplyParser, readEventStream, readWholeReply } from '../reply-reader.ts'
import { blockReader } from './read-blocks.ts'
import { finishOf } from './stop-reasons.ts'
import { TOOL_INPUT } from './tool-input.ts'

/** Reads a whole message. Source: https://platform.claude.com/docs/en/api/messages/create (2026-11). */
export const readWhole = (): EventReader => readWholeReply(wholeParser, TOOL_INPUT)

/** Reads a stream of events. Source: https://platform.claude.com/docs/en/build-with-claude/streaming (2026-11). */
export const readStream = (): EventReader => readEventStream(streamParser, TOOL_INPUT)

function wholeParser(emit: Emit): ReplyParser {
  const message = messageReader(emit)
  return {
    take: (object) => {
      if (object['type'] === 'error') return message.fail(object)
      if (object['type'] !== 'message') return
      message.start(object)
      for (const [index, block] of objectsIn(object, 'content').entries()) {
        message.blocks.begin(index, block)
        message.blocks.end(index)
      }
      message.finish(object)
    },
    end: message.end,
  }
}

function streamParser(emit: Emit): ReplyParser {
  const message = messageReader(emit)
  const takeBlock = (type: string, event: JsonObject): void => {
    const index = countIn(event, 'index') ?? 0
    if (type === 'content_block_start') message.blocks.begin(index, objectIn(event, 'content_block') ?? {})
    else if (type === 'content_block_delta') message.blocks.grow(index, objectIn(event, 'delta') ?? {})
    else if (type === 'content_block_stop') message.blocks.end(index)
  }
  return {
    take: (event) => {
      const type = textIn(event, 'type') ?? ''
      if (type === 'error') message.fail(event)
      else if (type === 'message_start') message.start(objectIn(event, 'message') ?? {})
      else if (type === 'message_stop') message.end()
      else if (message.isFinished()) return
      else if (type === 'message_delta') {
        message.count(event)
        const delta = objectIn(event, 'delta') ?? {}
        if (textIn(delta, 'stop_reason') !== undefined) message.finish(delta)
      } else takeBlock(type, event)
    },
    end: message.end,
  }
}

function messageReader(emit: Emit) {
  const blocks = blockReader(emit)
  const figures = anthropicReplyUsage()
  let thoughts = 0
  let hasStarted = false
  let isFinished = false

  const count = (told: JsonObject): void => {
    const usage = objectIn(told, 'usage')
    if (usage === undefined) return
    figures.add(usage)
    thoughts = countIn(objectIn(usage, 'output_tokens_details') ?? {}, 'thinking_tokens') ?? thoughts
    const read = figures.usage()
    if (read !== undefined) emit({ type: 'usage', usage: { ...read, reasoning: Math.min(thoughts, read.output) } })
  }
  return {
    blocks,
    count,
    isFinished: () => isFinished,
    start: (message: JsonObject): void => {
      if (hasStarted) return
      hasStarted = true
      emit({ type: 'start', id: textIn(message, 'id'), model: textIn(message, 'model'), createdAt: undefined })
      count(message)
    },
    fail: (told: JsonObject): void => {
      const error = objectIn(told, 'error') ?? {}
      const message = textIn(error, 'message') ?? 'The provider told an error without words.'
      emit({ type: 'error', code: textIn(error, 'type'), message })
    },
    /** What says why the answer ended: a whole message, or the delta of one. */
    finish: (told: JsonObject): void => {
      isFinished = true
      blocks.endAll()
      const explanation = textIn(objectIn(told, 'stop_details') ?? {}, 'explanation') ?? ''
      if (explanation !== '') blocks.refuse(explanation)
      const reason = finishOf(textIn(told, 'stop_reason'))
      emit({ type: 'finish', choice: 0, reason, stopSequence: textIn(told, 'stop_sequence') })
    },
    // Nothing that matters follows the reason.
    end: (): void => emit(isFinished ? { type: 'end' } : BROKEN),
  }
}
