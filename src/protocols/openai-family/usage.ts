import { NO_USAGE, type ServiceTier, type Usage } from '../../spec/index.ts'
import { objectAt, type ReplyUsage, taker, usageFigures } from '../usage-figures.ts'
import { TOLD_TIERS } from './service-tiers.ts'

/** Where each figure stands in a usage object; `of` is the object within it. */
const FIGURES = {
  prompt: { name: 'prompt_tokens' },
  completion: { name: 'completion_tokens' },
  total: { name: 'total_tokens' },
  hits: { name: 'prompt_cache_hit_tokens' },
  cached: { of: 'prompt_tokens_details', name: 'cached_tokens' },
  written: { of: 'prompt_tokens_details', name: 'cache_write_tokens' },
  soundRead: { of: 'prompt_tokens_details', name: 'audio_tokens' },
  pictureRead: { of: 'prompt_tokens_details', name: 'image_tokens' },
  reasoning: { of: 'completion_tokens_details', name: 'reasoning_tokens' },
  soundMade: { of: 'completion_tokens_details', name: 'audio_tokens' },
  pictureMade: { of: 'completion_tokens_details', name: 'image_tokens' },
  sources: { name: 'num_sources_used' },
  queries: { name: 'num_search_queries' },
  searches: { of: 'server_tool_use', name: 'web_search_requests' },
} as const satisfies Record<string, { readonly of?: string; readonly name: string }>

type Figure = keyof typeof FIGURES
type Counts = { readonly [Name in Figure]?: number | undefined }

const NAMES = Object.keys(FIGURES) as readonly Figure[]

/**
 * Reads OpenAI's usage object, where tokens read from and written to the cache and those of sound and pictures are parts of the prompt,
 * and those of predictions that were not used are parts of the completion; and its kin: DeepSeek's `prompt_cache_hit_tokens`, xAI's
 * reasoning beside the completion and its sources, Perplexity's queries, OpenRouter's searches. There is one lifetime of the cache, so
 * writes count as the shorter. Sources: https://platform.openai.com/docs/api-reference/chat/object and /docs/guides/prompt-caching
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
      const next: { -readonly [Name in Figure]?: number | undefined } = {}
      for (const name of NAMES) {
        const figure: { readonly of?: string; readonly name: string } = FIGURES[name]
        next[name] = figures.read(figure.of === undefined ? told : objectAt(told[figure.of]), figure.name, counts[name])
      }
      counts = next
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

function usageOf(counts: Counts, suspect: () => void): Usage | undefined {
  const { reasoning = 0, total, sources = 0, queries = 0, searches = 0 } = counts
  if (counts.prompt === undefined && counts.completion === undefined) return undefined
  if (counts.prompt === undefined || counts.completion === undefined) suspect()
  const prompt = counts.prompt ?? restOf(total, counts.completion)
  const completion = counts.completion ?? restOf(total, counts.prompt)
  const made = completionOf({ prompt, completion, reasoning, total }, suspect)
  return {
    ...NO_USAGE,
    ...readClasses(prompt, counts, suspect),
    ...madeClasses(made, counts, suspect),
    webSearches: Math.max(sources, queries, searches),
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
  const [cacheRead, cacheWrite5m, audioInput, imageInput] = [take(cached), take(written), take(soundRead), take(pictureRead)]
  return { cacheRead, cacheWrite5m, audioInput, imageInput, input: take(prompt) }
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
