import type { ServiceTier } from '../../spec/index.ts'
import { AlikeEvents } from '../alike-events.ts'
import { countDelta, leastTokens, type StringSpan } from '../count-tokens.ts'
import { OPEN_BRACE, QUOTE } from '../json-bytes.ts'
import { readerRecord, readJsonReply, replyPlan, tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import type { ReplyReader } from '../protocol.ts'
import { isEmptyContainer } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { ShortWords } from '../short-words.ts'
import { bytesOfBase64, soundTokens } from '../sound-tokens.ts'
import { type Frames, readStreamReply } from '../stream-reply.ts'
import { addTold, parseText } from '../usage-figures.ts'
import { type EventPlace, encodeLengthStop, type ResponseHead } from './length-stop.ts'
import { ResponseUsage } from './usage.ts'

const ITEMS = replyPlan({ marks: ['type'], within: ['output'] })
/** Root object, output, item. */
const ITEM_DEPTH = 3

/** A reader of a reply; see ReplyReader. There is no usage frame to take out. */
export function readReply({ isStream }: { readonly isStream: boolean }): ReplyReader {
  return isStream ? readStreamReply(responseFrames(), { eventBytesMax: EVENT_BYTES_MAX }) : readWhole()
}

function readWhole(): ReplyReader {
  const usage = new ResponseUsage()
  const words = new ShortWords()
  const inner = readJsonReply(usage, {
    plan: ITEMS,
    onMark: ({ start, end, depth, within }) => {
      const type = within < 0 ? undefined : words.at(start, end)
      if (type === undefined) return
      if (depth === ITEM_DEPTH) usage.addItem(type)
      else if (depth === ITEM_DEPTH + 1) usage.addAction(type)
    },
  })
  return {
    ...readerRecord(inner),
    push: (chunk) => {
      words.push(chunk)
      return inner.push(chunk)
    },
  }
}

/** The last event tells the whole answer again, pictures too. */
const EVENT_BYTES_MAX = 16 * 1_048_576

/** Nothing is read of `obfuscation`, which makes events as long as others. */
const FIELDS = ['type', 'delta', 'response', 'item', 'sequence_number', 'error', 'logprobs', 'obfuscation']
const EVENT = scanPlan({ fields: FIELDS, isLenient: true })
const [TYPE, DELTA, RESPONSE, ITEM, NUMBER, ERROR, LOGPROBS, PADDING] = [0, 1, 2, 3, 4, 5, 6, 7]
const INNER = scanPlan({ fields: ['usage', 'model', 'service_tier', 'id', 'created_at'], isLenient: true })
const [USAGE, MODEL, TIER, ID, CREATED] = [0, 1, 2, 3, 4]

/** Events whose `delta` is text that the model made. Source: https://platform.openai.com/docs/api-reference/responses-streaming (2026-11-26). */
const MADE: ReadonlySet<string> = new Set([
  ...['response.output_text.delta', 'response.refusal.delta', 'response.reasoning_summary_text.delta', 'response.reasoning_text.delta'],
  ...['response.reasoning.delta', 'response.function_call_arguments.delta', 'response.custom_tool_call_input.delta'],
  ...['response.mcp_call_arguments.delta', 'response.code_interpreter_call_code.delta', 'response.shell_call_command.delta'],
  'response.audio.transcript.delta',
])
/** The event whose `delta` is sound. Source: as above. */
const SOUND = 'response.audio.delta'
/** Events that end an answer. */
const ENDS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.cancelled'])
/** Events that tell a failure. */
const FAILURES: ReadonlySet<string> = new Set(['response.failed', 'error'])

type State = {
  tokens: number
  bytes: number
  soundBytes: number
  isEnded: boolean
  hasFailed: boolean
  model: string | undefined
  tier: ServiceTier | undefined
  head: ResponseHead | undefined
  lastNumber: number
}

/**
 * Pictures of the provider's tool are not counted: an answer that is whole tells their tokens beside the usage that is charged.
 * Source: https://platform.openai.com/docs/api-reference/responses-streaming (2026-11-26).
 */
function responseFrames(): Frames {
  const usage = new ResponseUsage()
  const scanner = new JsonScanner(EVENT)
  const inner = new JsonScanner(INNER)
  const state: State = {
    ...{
      tokens: 0,
      bytes: 0,
      soundBytes: 0,
      isEnded: false,
      hasFailed: false,
      model: undefined,
      tier: undefined,
      head: undefined,
      lastNumber: -1,
    },
  }
  const alike = new AlikeEvents((event, values) => {
    for (const value of values) {
      if (value.kind === DELTA) noteDelta(state, event, value)
      if (value.kind === NUMBER) noteNumber(state, Number(event.toString('latin1', value.start, value.end)))
    }
  })
  const readResponse = (data: Buffer): void => {
    inner.reset()
    if (!tryScan(inner, data)) return
    const wordAt = (field: number): string | undefined => parseText(bytesAt(inner, data, field))
    state.model ??= wordAt(MODEL)
    state.tier = usage.tierOf(wordAt(TIER)) ?? state.tier
    state.head ??= headOf(wordAt(ID), bytesAt(inner, data, CREATED))
    addTold(usage, bytesAt(inner, data, USAGE))
  }
  return {
    alike,
    read: (data) => {
      scanner.reset()
      if (!tryScan(scanner, data) || !scanner.isComplete) return false
      const type = parseText(bytesAt(scanner, data, TYPE)) ?? ''
      noteNumber(state, Number(bytesAt(scanner, data, NUMBER).toString('latin1') || Number.NaN))
      if (MADE.has(type) && data[scanner.startOf(DELTA)] === QUOTE) {
        noteDelta(state, data, { start: scanner.startOf(DELTA), end: scanner.endOf(DELTA) })
        noteValues(alike, data, scanner)
      }
      if (type === SOUND) state.soundBytes += bytesOfBase64(scanner.endOf(DELTA) - scanner.startOf(DELTA) - 2)
      const response = bytesAt(scanner, data, RESPONSE)
      if (response[0] === OPEN_BRACE) readResponse(response)
      if (type === 'response.output_item.done') noteItem(usage, bytesAt(scanner, data, ITEM))
      state.isEnded ||= ENDS.has(type)
      state.hasFailed ||= FAILURES.has(type) || (type === '' && data[scanner.startOf(ERROR)] === OPEN_BRACE)
      return false
    },
    usage: () => usage.usage(),
    isUsageSuspect: () => usage.isSuspect(),
    countedOutput: () => state.tokens,
    countedMedia: () => ({ imageOutput: 0, audioOutput: soundTokens(state.soundBytes) }),
    isComplete: () => state.isEnded,
    hasLastFrame: true,
    isUsageFinal: () => state.isEnded && usage.usage() !== undefined,
    reportedModel: () => state.model,
    serviceTier: () => state.tier ?? usage.serviceTier(),
    leastOutput: () => leastTokens(state.tokens, state.bytes),
    hasToldFailure: () => state.hasFailed,
    lengthStop: (stop) => encodeLengthStop(placeOf(state), stop),
  }
}

function bytesAt(scanner: JsonScanner, data: Buffer, field: number): Buffer {
  const [start, end] = [scanner.startOf(field), scanner.endOf(field)]
  return start >= 0 && end > start ? data.subarray(start, end) : data.subarray(0, 0)
}

function noteNumber(unsafeState: State, number: number): void {
  if (Number.isSafeInteger(number)) unsafeState.lastNumber = Math.max(unsafeState.lastNumber, number)
}

/** What the events of one text differ in; what else they tell would be kept with the rest. */
function noteValues(alike: AlikeEvents, data: Buffer, scanner: JsonScanner): void {
  if (scanner.endOf(LOGPROBS) > 0 && !isEmptyContainer(data, scanner.startOf(LOGPROBS))) return
  for (const kind of [DELTA, PADDING, NUMBER]) {
    const [start, end] = [scanner.startOf(kind), scanner.endOf(kind)]
    if (end > 0) alike.note({ kind, isText: data[start] === QUOTE, start, end })
  }
}

function noteDelta(unsafeState: State, data: Buffer, span: StringSpan): void {
  unsafeState.tokens += countDelta(data, span)
  unsafeState.bytes += span.end - span.start - 2
}

const ITEM_PLAN = scanPlan({ fields: ['type', 'action'], isLenient: true })

/** An item that is whole: which tool of the provider's it was, and for a search what it did. */
function noteItem(usage: ResponseUsage, item: Buffer): void {
  if (item[0] !== OPEN_BRACE) return
  const scanner = new JsonScanner(ITEM_PLAN)
  if (!tryScan(scanner, item)) return
  usage.addItem(parseText(bytesAt(scanner, item, 0)) ?? '')
  const action = bytesAt(scanner, item, 1)
  const inner = new JsonScanner(ITEM_PLAN)
  if (action[0] === OPEN_BRACE && tryScan(inner, action)) usage.addAction(parseText(bytesAt(inner, action, 0)) ?? '')
}

/** Longest id that is kept of a stream's first event, in characters. */
const ID_LENGTH_MAX = 512

function headOf(id: string | undefined, created: Buffer): ResponseHead | undefined {
  if (id === undefined || id.length > ID_LENGTH_MAX) return undefined
  const createdAt = Number(created.toString('latin1', 0, 20))
  return { id, createdAt: Number.isFinite(createdAt) ? createdAt : 0 }
}

const placeOf = ({ head, model, lastNumber }: State): EventPlace => ({ head, model: model ?? '', number: lastNumber + 1 })
