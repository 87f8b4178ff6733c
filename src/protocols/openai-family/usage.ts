import { NO_USAGE, type ServiceTier, type Usage } from '../../spec/index.ts'
import { objectAt, type ReplyUsage, taker, type UsageFigures, type UsageObject, usageFigures } from '../usage-figures.ts'
import { TOLD_TIERS } from './service-tiers.ts'

/** The figures of a usage object; undefined for those that were not told. */
type Counts = {
  readonly prompt?: number | undefined
  readonly completion?: number | undefined
  readonly total?: number | undefined
  readonly hits?: number | undefined
  readonly cached?: number | undefined
  readonly written?: number | undefined
  readonly soundRead?: number | undefined
  readonly pictureRead?: number | undefined
  readonly reasoning?: number | undefined
  readonly soundMade?: number | undefined
  readonly pictureMade?: number | undefined
  readonly sources?: number | undefined
  readonly queries?: number | undefined
  readonly searches?: number | undefined
}

/**
 * Reads OpenAI's usage object, where tokens read from and written to the cache and those of sound and pictures are parts of the prompt,
 * and those of predictions that were not used are parts of the completion; and its kin: DeepSeek's `prompt_cache_hit_tokens`, xAI's
 * reasoning beside the completion and its sources, Perplexity's queries, OpenRouter's searches. Of the lifetimes of the cache one
 * can be asked for here, so writes count as the shorter. Sources: https://platform.openai.com/docs/api-reference/chat/object and /docs/guides/prompt-caching
 * (2026-11), https://docs.x.ai/docs/guides/live-search, https://docs.perplexity.ai/guides/pricing,
 * https://openrouter.ai/docs/features/web-search (2026-11-26).
 */
export function replyUsage(): ReplyUsage {
  const figures = usageFigures()
  let counts: Counts = {}
  let tier: ServiceTier | undefined
  let known: { readonly usage: Usage | undefined } | undefined
  const usage = (): Usage | undefined => {
    known ??= { usage: usageOf(counts, figures.suspect) }
    return known.usage
  }
  const tierOf = (word: unknown): ServiceTier | undefined => (typeof word === 'string' ? TOLD_TIERS.get(word) : undefined)
  return {
    add: (told) => {
      counts = countsIn(told, counts, figures.count)
      known = undefined
      tier = tierOf(told['service_tier']) ?? tier
    },
    usage,
    isSuspect: () => {
      usage()
      return figures.isSuspect()
    },
    tierOf,
    serviceTier: () => tier,
  }
}

/** What a usage object tells over what earlier ones told; spelled out, as loops over names of fields meet too many shapes. */
function countsIn(told: UsageObject, earlier: Counts, count: UsageFigures['count']): Counts {
  const promptDetails = objectAt(told['prompt_tokens_details'])
  const completionDetails = objectAt(told['completion_tokens_details'])
  return {
    prompt: count(told['prompt_tokens'], earlier.prompt),
    completion: count(told['completion_tokens'], earlier.completion),
    total: count(told['total_tokens'], earlier.total),
    hits: count(told['prompt_cache_hit_tokens'], earlier.hits),
    cached: count(promptDetails?.['cached_tokens'], earlier.cached),
    written: count(promptDetails?.['cache_write_tokens'], earlier.written),
    soundRead: count(promptDetails?.['audio_tokens'], earlier.soundRead),
    pictureRead: count(promptDetails?.['image_tokens'], earlier.pictureRead),
    reasoning: count(completionDetails?.['reasoning_tokens'], earlier.reasoning),
    soundMade: count(completionDetails?.['audio_tokens'], earlier.soundMade),
    pictureMade: count(completionDetails?.['image_tokens'], earlier.pictureMade),
    sources: count(told['num_sources_used'], earlier.sources),
    queries: count(told['num_search_queries'], earlier.queries),
    searches: count(objectAt(told['server_tool_use'])?.['web_search_requests'], earlier.searches),
  }
}

function usageOf(counts: Counts, suspect: () => void): Usage | undefined {
  const { reasoning = 0, total, sources = 0, queries = 0, searches = 0 } = counts
  if (counts.prompt === undefined && counts.completion === undefined) return undefined
  if (counts.prompt === undefined || counts.completion === undefined) suspect()
  const prompt = counts.prompt ?? restOf(total, counts.completion)
  const completion = counts.completion ?? restOf(total, counts.prompt)
  const made = completionOf({ prompt, completion, reasoning, total }, suspect)
  const { input, cacheRead, cacheWrite5m, audioInput, imageInput } = readClasses(prompt, counts, suspect)
  const { output, audioOutput, imageOutput, reasoning: reasoned } = madeClasses(made, counts, suspect)
  const webSearches = Math.max(sources, queries, searches)
  return {
    ...NO_USAGE,
    input,
    cacheRead,
    cacheWrite5m,
    audioInput,
    imageInput,
    output,
    audioOutput,
    imageOutput,
    reasoning: reasoned,
    webSearches,
  }
}

/** What a total leaves for the part that was not told. */
const restOf = (total: number | undefined, part: number | undefined): number => Math.max(0, (total ?? 0) - (part ?? 0))

/**
 * The prompt by its parts. Parts are told of the whole, so what was cached may be of any kind: where they come to more than the prompt,
 * what is left beside the cache goes to sound first, then to pictures.
 */
function readClasses(prompt: number, counts: Counts, suspect: () => void) {
  const { written = 0, soundRead = 0, pictureRead = 0 } = counts
  const cached = counts.cached ?? counts.hits ?? 0
  if (cached + written > prompt || soundRead + pictureRead > prompt) suspect()
  const take = taker(prompt)
  // In this order.
  return {
    cacheRead: take(cached),
    cacheWrite5m: take(written),
    audioInput: take(soundRead),
    imageInput: take(pictureRead),
    input: take(prompt),
  }
}

function madeClasses(made: number, { reasoning = 0, soundMade = 0, pictureMade = 0 }: Counts, suspect: () => void) {
  if (soundMade + pictureMade > made) suspect()
  const take = taker(made)
  const [audioOutput, imageOutput] = [take(soundMade), take(pictureMade)]
  const output = take(made)
  return { audioOutput, imageOutput, output, reasoning: Math.min(reasoning, output) }
}

type Parts = { readonly prompt: number; readonly completion: number; readonly reasoning: number; readonly total: number | undefined }

/** Reasoning is a part of the completion, unless the total says that it comes on top, or it cannot be a part as it is larger. */
function completionOf({ prompt, completion, reasoning, total }: Parts, suspect: () => void): number {
  const both = completion + reasoning
  if (reasoning > 0 && total === prompt + both) return both
  if (reasoning <= completion) return completion
  suspect()
  return both
}
