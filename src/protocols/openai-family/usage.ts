import type { Usage } from '../../spec/index.ts'
import { MergedUsage, usagePlaces } from '../merged-usage.ts'
import type { ReplyUsage } from '../usage-figures.ts'
import { TOLD_TIERS } from './service-tiers.ts'

/** Where figures stand in a usage object whose halves have these names: those of chat completions or of responses; the rest is alike. */
const placesOf = (read: string, made: string) =>
  usagePlaces(
    [
      ...[read, made, 'total_tokens', 'prompt_cache_hit_tokens'],
      ...[`${read}_details.cached_tokens`, `${read}_details.cache_write_tokens`],
      ...[`${read}_details.audio_tokens`, `${read}_details.image_tokens`],
      ...[`${made}_details.reasoning_tokens`, `${made}_details.audio_tokens`, `${made}_details.image_tokens`],
      ...['num_sources_used', 'num_search_queries', 'server_tool_use.web_search_requests', 'service_tier'],
    ],
    TOLD_TIERS,
  )
const PLACES = { chat: placesOf('prompt_tokens', 'completion_tokens'), responses: placesOf('input_tokens', 'output_tokens') }
// In the order of the places.
const [PROMPT, COMPLETION, TOTAL, HITS, CACHED, WRITTEN, SOUND_READ, PICTURES_READ] = [0, 1, 2, 3, 4, 5, 6, 7]
const [REASONING, SOUND_MADE, PICTURES_MADE, SOURCES, QUERIES, SEARCHES] = [8, 9, 10, 11, 12, 13]

/**
 * Reads OpenAI's usage object, where tokens read from and written to the cache and those of sound and pictures are parts of the prompt,
 * and those of predictions that were not used are parts of the completion; and its kin: DeepSeek's `prompt_cache_hit_tokens`, xAI's
 * reasoning beside the completion and its sources, Perplexity's queries, OpenRouter's searches. Of the lifetimes of the cache one
 * can be asked for here, so writes count as the shorter. Sources: https://platform.openai.com/docs/api-reference/chat/object and /docs/guides/prompt-caching
 * (2026-11), https://docs.x.ai/docs/guides/live-search, https://docs.perplexity.ai/guides/pricing,
 * https://openrouter.ai/docs/features/web-search (2026-11-26).
 */
export class OpenaiUsage extends MergedUsage {
  constructor(names: keyof typeof PLACES = 'chat') {
    super(PLACES[names])
  }

  protected override read(): Usage | undefined {
    const [told, made] = [this.figureAt(PROMPT), this.figureAt(COMPLETION)]
    if (told < 0 && made < 0) return undefined
    if (told < 0 || made < 0) this.suspect()
    // What a total leaves for the half that was not told.
    const total = this.countAt(TOTAL)
    const prompt = told < 0 ? Math.max(0, total - made) : told
    const completion = made < 0 ? Math.max(0, total - prompt) : made
    return this.#usageOf(prompt, this.#completionOf(prompt, completion))
  }

  /** Reasoning is a part of the completion, unless the total says that it comes on top, or it cannot be a part as it is larger. */
  #completionOf(prompt: number, completion: number): number {
    const reasoning = this.countAt(REASONING)
    const both = completion + reasoning
    if (reasoning > 0 && this.figureAt(TOTAL) === prompt + both) return both
    if (reasoning <= completion) return completion
    this.suspect()
    return both
  }

  /**
   * Both halves by their parts. Parts are told of the whole, so what was cached may be of any kind: where they come to more than the prompt,
   * what is left beside the cache goes to sound first, then to pictures.
   */
  #usageOf(prompt: number, completion: number): Usage {
    const cached = this.countAt(this.figureAt(CACHED) < 0 ? HITS : CACHED)
    const [written, soundRead, picturesRead] = [this.countAt(WRITTEN), this.countAt(SOUND_READ), this.countAt(PICTURES_READ)]
    const [soundMade, picturesMade] = [this.countAt(SOUND_MADE), this.countAt(PICTURES_MADE)]
    const isMore = cached + written > prompt || soundRead + picturesRead > prompt || soundMade + picturesMade > completion
    if (isMore) this.suspect()
    const cacheRead = Math.min(cached, prompt)
    const cacheWrite5m = Math.min(written, prompt - cacheRead)
    const audioInput = Math.min(soundRead, prompt - cacheRead - cacheWrite5m)
    const imageInput = Math.min(picturesRead, prompt - cacheRead - cacheWrite5m - audioInput)
    const audioOutput = Math.min(soundMade, completion)
    const imageOutput = Math.min(picturesMade, completion - audioOutput)
    const output = completion - audioOutput - imageOutput
    return {
      input: prompt - cacheRead - cacheWrite5m - audioInput - imageInput,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h: 0,
      output,
      reasoning: Math.min(this.countAt(REASONING), output),
      imageInput,
      audioInput,
      imageOutput,
      audioOutput,
      embedding: 0,
      images: 0,
      webSearches: Math.max(this.countAt(SOURCES), this.countAt(QUERIES), this.countAt(SEARCHES)),
      toolCalls: 0,
      calls: 0,
      audioSeconds: 0,
      characters: 0,
    }
  }
}

/** The usage of one reply, by the names of chat completions or of responses. */
export const replyUsage = (names?: keyof typeof PLACES): ReplyUsage => new OpenaiUsage(names)
