import { inputTokensOf, outputTokensOf } from '../../spec/index.ts'
import { countDelta, leastTokens } from '../count-tokens.ts'
import { NOTHING, OPEN_BRACE } from '../json-bytes.ts'
import { tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import { replyUsage } from '../openai-family/index.ts'
import type { LengthStop } from '../protocol.ts'
import { isEmptyContainer } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import type { Frames } from '../stream-reply.ts'
import { addTold, parseText } from '../usage-figures.ts'

const CHUNK = scanPlan({ fields: ['choices', 'usage', 'model', 'id'], marks: ['text'], isLenient: true })
const CHOICES = 0
const USAGE = 1
const MODEL = 2
const ID = 3
const DONE = Buffer.from('[DONE]')
/** Longest id and model name that are kept of a stream, in bytes. */
const HEAD_BYTES_MAX = 512

/**
 * The chunks of a streamed completion; `countEcho` where its answers say the prompt again first, which is not made and ends no stream at its
 * bound. Source: https://platform.openai.com/docs/api-reference/completions/object (2026-11-26).
 */
export function completionFrames(countEcho?: () => number): Frames {
  const usage = replyUsage()
  let [tokens, bytes, isDone, isLast] = [0, 0, false, false]
  let echo: number | undefined
  let id: string | undefined
  let model: string | undefined
  let current: Buffer = NOTHING
  const scanner = new JsonScanner(CHUNK, (_, start, end) => {
    if (scanner.field !== CHOICES || end - start < 3) return
    tokens += countDelta(current, { start, end })
    bytes += end - start - 2
  })
  const textAt = (data: Buffer, field: number): string | undefined => {
    const [start, end] = [scanner.startOf(field), scanner.endOf(field)]
    return end > 0 && end - start <= HEAD_BYTES_MAX ? parseText(data.subarray(start, end)) : undefined
  }
  return {
    read: (data) => {
      if (data.equals(DONE)) {
        isDone = true
        return false
      }
      current = data
      scanner.reset()
      if (!tryScan(scanner, data) || !scanner.isComplete) return false
      id ??= textAt(data, ID)
      model ??= textAt(data, MODEL)
      if (scanner.endOf(USAGE) < 0 || data[scanner.startOf(USAGE)] !== OPEN_BRACE) return false
      addTold(usage, data.subarray(scanner.startOf(USAGE), scanner.endOf(USAGE)))
      const isUsageOnly = scanner.startOf(CHOICES) >= 0 && isEmptyContainer(data, scanner.startOf(CHOICES))
      isLast ||= isUsageOnly
      return isUsageOnly
    },
    usage: () => usage.usage(),
    isUsageSuspect: () => usage.isSuspect(),
    countedOutput: () => {
      if (countEcho === undefined || tokens === 0) return tokens
      echo ??= countEcho()
      return Math.max(0, tokens - echo)
    },
    isComplete: () => isDone,
    hasLastFrame: true,
    isUsageFinal: () => (isLast || isDone) && usage.usage() !== undefined,
    reportedModel: () => model,
    serviceTier: () => usage.serviceTier(),
    leastOutput: () => (countEcho === undefined ? leastTokens(tokens, bytes) : 0),
    lengthStop: (stop) => encodeLengthStop({ id: id ?? stop.requestId, model: model ?? '' }, stop),
  }
}

/** The last events of a stream that is ended as if the upstream had reached its limit. Source: as above. */
function encodeLengthStop(head: { readonly id: string; readonly model: string }, { choices, usage, wantsUsage }: LengthStop): Buffer {
  const chunk = (more: object): string =>
    `data: ${JSON.stringify({ id: head.id, object: 'text_completion', created: 0, model: head.model, ...more })}\n\n`
  const ends = Array.from({ length: choices }, (_, index) =>
    chunk({ choices: [{ index, text: '', logprobs: null, finish_reason: 'length' }] }),
  )
  const [prompt, completion] = [inputTokensOf(usage), outputTokensOf(usage)]
  const told = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
  const last = wantsUsage ? [chunk({ choices: [], usage: told })] : []
  return Buffer.from([...ends, ...last, 'data: [DONE]\n\n'].join(''))
}
