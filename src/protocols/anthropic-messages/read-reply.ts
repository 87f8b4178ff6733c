import { AlikeEvents } from '../alike-events.ts'
import { countDelta, leastTokens, type StringSpan } from '../count-tokens.ts'
import { NOTHING } from '../json-bytes.ts'
import { readJsonReply, tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import type { ReplyReader } from '../protocol.ts'
import { scanPlan } from '../scan-plan.ts'
import { type Frames, readStreamReply } from '../stream-reply.ts'
import { addTold, parseText } from '../usage-figures.ts'
import { encodeLengthStop } from './length-stop.ts'
import { replyUsage } from './usage.ts'

const FIELDS = ['type', 'message', 'usage', 'delta', 'index']
const MARKS = ['text', 'thinking', 'partial_json', 'stop_reason']
const EVENT = scanPlan({ fields: FIELDS, marks: MARKS, isLenient: true })
const TYPE = 0
const MESSAGE = 1
const USAGE = 2
const DELTA = 3
const INDEX = 4
const STOP_REASON = MARKS.indexOf('stop_reason')

/** Root object, delta. */
const DELTA_DEPTH = 2

const INNER = scanPlan({ fields: ['usage', 'model'], isLenient: true })
const STOP = '"message_stop"'
const BLOCK_START = '"content_block_start"'
const BLOCK_DELTA = '"content_block_delta"'
const BLOCK_STOP = '"content_block_stop"'

/** A reader of a reply; see ReplyReader. There is no usage frame to take out. */
export function readReply({ isStream }: { readonly isStream: boolean }): ReplyReader {
  return isStream ? readStreamReply(anthropicFrames()) : readJsonReply(replyUsage())
}

/** Source: https://docs.claude.com/en/api/messages-streaming (2026-11). */
function anthropicFrames(): Frames {
  const usage = replyUsage()
  let current: Buffer = NOTHING
  let tokens = 0
  let bytes = 0
  let openBlock: number | undefined
  let isStopped = false
  let isLast = false
  let model: string | undefined
  let hasStopReason = false
  const count = (span: StringSpan): void => {
    tokens += countDelta(current, span)
    bytes += span.end - span.start - 2
  }
  const alike = new AlikeEvents((event, values) => {
    current = event
    for (const value of values) if (value.end - value.start > 2) count(value)
    current = NOTHING
  })
  const scanner = new JsonScanner(EVENT, (mark, start, end) => {
    if (scanner.field !== DELTA || scanner.depth !== DELTA_DEPTH || end === start) return
    if (mark !== STOP_REASON) alike.note({ kind: mark, isText: true, start, end })
    if (end - start < 3) return
    if (mark === STOP_REASON) hasStopReason = true
    else count({ start, end })
  })
  const inner = new JsonScanner(INNER)
  const addUsage = (data: Buffer, start: number, end: number): void => {
    if (end > start && start >= 0) addTold(usage, data.subarray(start, end))
  }
  const readMessage = (message: Buffer): void => {
    inner.reset()
    if (!tryScan(inner, message)) return
    addUsage(message, inner.startOf(0), inner.endOf(0))
    if (inner.endOf(1) > 0) model ??= parseText(message.subarray(inner.startOf(1), inner.endOf(1)))
  }
  return {
    alike,
    read: (data) => {
      current = data
      scanner.reset()
      const isWhole = tryScan(scanner, data) && scanner.isComplete
      current = NOTHING
      const type = isWhole ? data.toString('latin1', scanner.startOf(TYPE), scanner.endOf(TYPE)) : ''
      if (type !== BLOCK_DELTA) alike.unlike()
      if (!isWhole) return false
      if (scanner.endOf(MESSAGE) > 0) readMessage(data.subarray(scanner.startOf(MESSAGE), scanner.endOf(MESSAGE)))
      addUsage(data, scanner.startOf(USAGE), scanner.endOf(USAGE))
      isLast ||= hasStopReason && scanner.endOf(USAGE) > 0
      isStopped ||= type === STOP
      if (type === BLOCK_START) openBlock = Number(data.toString('latin1', scanner.startOf(INDEX), scanner.endOf(INDEX))) || 0
      else if (type === BLOCK_STOP) openBlock = undefined
      return false
    },
    usage: () => usage.usage(),
    isUsageSuspect: () => usage.isSuspect(),
    countedOutput: () => tokens,
    isComplete: () => isStopped,
    hasLastFrame: true,
    isUsageFinal: () => (isLast || isStopped) && usage.usage() !== undefined,
    reportedModel: () => model,
    serviceTier: () => usage.serviceTier(),
    leastOutput: () => leastTokens(tokens, bytes),
    lengthStop: (stop) => encodeLengthStop(openBlock, stop),
  }
}
