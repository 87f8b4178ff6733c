import type { SimAnswer } from './fault-answers.ts'
import { openaiUsage } from './openai.ts'
import type { Frame, Reply } from './reply.ts'
import { textOf } from './reply.ts'
import type { BadRequest } from './request.ts'

/** Providers that speak chat completions in a way of their own. */
export const SIM_HABITS = ['mistral', 'minimax', 'azure', 'llama-cpp'] as const
export type SimHabit = (typeof SIM_HABITS)[number]

/** Fields that Mistral does not know, as it names them in its refusal. Source: https://github.com/avante-corp/avante.nvim/issues/2347 (2026-11-26). */
const UNKNOWN_TO_MISTRAL = ['max_completion_tokens', 'stream_options'] as const

/** What a provider of this habit refuses a request for; undefined when it takes it. */
export function refusalOfHabit(habit: SimHabit | undefined, body: Buffer): BadRequest | undefined {
  if (habit !== 'mistral') return undefined
  const fields = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>
  const unknown = UNKNOWN_TO_MISTRAL.find((name) => fields[name] !== undefined)
  return unknown === undefined ? undefined : { message: `Extra inputs are not permitted: ${unknown}`, param: unknown }
}

/**
 * An error as MiniMax tells it: status 200, the number in the body, or in the first event of a stream.
 * Source: https://platform.minimax.io/docs/api-reference/errorcode.md (2026-11-26).
 */
export function errorOfHabit(code: number, isStream: boolean): SimAnswer {
  const json = JSON.stringify({
    id: '',
    object: '',
    created: 0,
    model: '',
    choices: null,
    base_resp: { status_code: code, status_msg: 'told' },
  })
  return isStream
    ? { status: 200, headers: { 'content-type': 'text/event-stream' }, body: `: hello\n\ndata: ${json}\n\n` }
    : { status: 200, headers: { 'content-type': 'application/json' }, body: json }
}

/**
 * The frames of a stream as a provider of this habit sends them. Mistral and llama.cpp tell the usage in the last chunk that has choices,
 * MiniMax with the whole answer once more, Azure begins with what its filters make of the prompt.
 * Sources: https://github.com/ggml-org/llama.cpp/issues/15443, https://github.com/GCWing/OpenBitFun/pull/792,
 * https://learn.microsoft.com/en-us/azure/foundry/openai/concepts/content-streaming (2026-11-26).
 */
export function* habitFrames(frames: Iterable<Frame>, habit: SimHabit | undefined, reply: Reply): Generator<Frame> {
  if (habit === 'azure') yield { kind: 'open', data: filterChunk(), tokens: 0 }
  for (const frame of frames) {
    if (habit === 'mistral' && frame.kind === 'finish') yield withUsage(frame, reply, {})
    else if (habit === 'llama-cpp' && frame.kind === 'finish') yield withUsage(frame, reply, { timings: { prompt_n: 1, predicted_n: 1 } })
    else if (habit === 'minimax' && frame.kind === 'usage') yield { ...frame, data: wholeAgain(reply) }
    else if (frame.kind !== 'usage' || (habit !== 'mistral' && habit !== 'llama-cpp')) yield frame
  }
}

const filterChunk = (): string =>
  JSON.stringify({
    choices: [],
    ...{ created: 0, id: '', model: '', object: '' },
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: 'safe' } } }],
  })

const withUsage = (frame: Frame, { usage }: Reply, more: object): Frame => ({
  ...frame,
  data: JSON.stringify({ ...(JSON.parse(frame.data) as object), usage: openaiUsage(usage), ...more }),
})

const wholeAgain = ({ id, createdAt, model, choices, usage }: Reply): string =>
  JSON.stringify({
    ...{ id, object: 'chat.completion', created: createdAt, model },
    choices: choices.map(({ blocks }, index) => ({
      index,
      finish_reason: 'stop',
      message: { role: 'assistant', content: blocks.flatMap((block) => (block.kind === 'text' ? [textOf(block)] : [])).join('') },
    })),
    usage: openaiUsage(usage),
  })
