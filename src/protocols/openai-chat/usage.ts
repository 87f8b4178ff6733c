import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { objectAt, type UsageObject, usageFigures } from '../usage-figures.ts'

/** The usage of one reply, merged over the objects that told it. */
export type ReplyUsage = {
  readonly add: (told: UsageObject) => void
  /** Undefined when no valid count came. */
  readonly usage: () => Usage | undefined
  readonly isSuspect: () => boolean
}

type Counts = { prompt?: number | undefined; completion?: number | undefined; total?: number | undefined } & {
  cached?: number | undefined
  written?: number | undefined
  reasoning?: number | undefined
}

/**
 * Reads OpenAI's usage object, where tokens read from and written to the cache are parts of the prompt, and its kin: DeepSeek's
 * `prompt_cache_hit_tokens`, and xAI's reasoning beside the completion. Its cache has one lifetime, so writes count as the shorter.
 * Source: https://platform.openai.com/docs/api-reference/chat/object and /docs/guides/prompt-caching (2026-11).
 */
export function replyUsage(): ReplyUsage {
  const figures = usageFigures()
  let counts: Counts = {}
  return {
    add: (told) => {
      const prompt = objectAt(told['prompt_tokens_details'])
      const completion = objectAt(told['completion_tokens_details'])
      const cached = figures.read(told, 'prompt_cache_hit_tokens', counts.cached)
      counts = {
        prompt: figures.read(told, 'prompt_tokens', counts.prompt),
        completion: figures.read(told, 'completion_tokens', counts.completion),
        total: figures.read(told, 'total_tokens', counts.total),
        cached: figures.read(prompt, 'cached_tokens', cached),
        written: figures.read(prompt, 'cache_write_tokens', counts.written),
        reasoning: figures.read(completion, 'reasoning_tokens', counts.reasoning),
      }
    },
    usage: () => usageOf(counts, figures.suspect),
    isSuspect: () => {
      usageOf(counts, figures.suspect)
      return figures.isSuspect()
    },
  }
}

function usageOf(counts: Counts, suspect: () => void): Usage | undefined {
  const { cached = 0, written = 0, reasoning = 0 } = counts
  if (counts.prompt === undefined && counts.completion === undefined) return undefined
  if (counts.prompt === undefined || counts.completion === undefined) suspect()
  const prompt = counts.prompt ?? restOf(counts.total, counts.completion)
  const completion = counts.completion ?? restOf(counts.total, counts.prompt)
  if (cached + written > prompt) suspect()
  const cacheRead = Math.min(cached, prompt)
  const cacheWrite5m = Math.min(written, prompt - cacheRead)
  const output = outputOf({ prompt, completion, reasoning, total: counts.total }, suspect)
  const input = prompt - cacheRead - cacheWrite5m
  return { ...NO_USAGE, input, cacheRead, cacheWrite5m, output, reasoning: Math.min(reasoning, output) }
}

/** What a total leaves for the part that was not told. */
const restOf = (total: number | undefined, part: number | undefined): number => Math.max(0, (total ?? 0) - (part ?? 0))

type Parts = { readonly prompt: number; readonly completion: number; readonly reasoning: number; readonly total: number | undefined }

/** Reasoning is a part of the completion, unless the total says that it comes on top, or it cannot be a part as it is larger. */
function outputOf({ prompt, completion, reasoning, total }: Parts, suspect: () => void): number {
  const both = completion + reasoning
  if (reasoning > 0 && total === prompt + both) return both
  if (reasoning <= completion) return completion
  suspect()
  return both
}
