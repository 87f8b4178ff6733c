import {
  cardOf,
  formatMultiplier,
  inputTokensOf,
  MULTIPLIER_ONE,
  type Price,
  SERVICE_TIERS,
  type ServiceTier,
  type Usage,
  usageOfMore,
} from '../spec/index.ts'

/** What a row keeps of its usage: the usual classes in columns, the others in `more`. */
export type StoredUsage = {
  readonly input: number
  readonly cache_read: number
  readonly cache_write_5m: number
  readonly cache_write_1h: number
  readonly output: number
  readonly reasoning: number
  readonly more: readonly number[] | null
}

/** What a row keeps of how it was priced; rows from before there were multipliers and service tiers have neither, and count as 1 and standard. */
export type StoredTerms = {
  readonly price_version: number
  readonly multiplier: number | null
  readonly service_tier: number | null
  readonly reported_input: number | null
  readonly reported_output: number | null
}

/**
 * Tokens of a call as people see them: the classes do not overlap, but `reasoning` is a part of `output`. Classes that most calls have
 * nothing of are left out when they are zero.
 */
export type ShownTokens = {
  readonly input: number
  readonly output: number
  readonly cached_read: number
  readonly cache_write_5m: number
  readonly cache_write_1h: number
  readonly reasoning: number
  readonly image_input?: number
  readonly audio_input?: number
  readonly image_output?: number
  readonly audio_output?: number
  readonly embedding?: number
}

/** What is counted in pieces, as people see it; `calls` is the call itself where that has a price. What is zero is left out. */
export type ShownPieces = {
  readonly images?: number
  readonly web_searches?: number
  readonly tool_calls?: number
  readonly calls?: number
  readonly audio_seconds?: number
  readonly characters?: number
}

/** What a call was priced by, as people see it; `card` is the one of its price version that applied, `multiplier` a decimal. */
export type ShownTerms = {
  readonly price_version: number
  readonly service_tier: ServiceTier
  readonly card: { readonly service_tier: ServiceTier; readonly prompt_above: number }
  readonly multiplier: string
  /** Tokens that the upstream told of, each way, where they were cut to what can be; null where they were not. */
  readonly reported: { readonly input: number; readonly output: number } | null
}

/** The usage of a row. */
export const usageOfStored = (row: StoredUsage): Usage => ({
  input: row.input,
  cacheRead: row.cache_read,
  cacheWrite5m: row.cache_write_5m,
  cacheWrite1h: row.cache_write_1h,
  output: row.output,
  reasoning: row.reasoning,
  ...usageOfMore(row.more),
})

/** A usage, or sums of some, as people see it. */
export const showUsage = (usage: Usage): { readonly tokens: ShownTokens; readonly pieces: ShownPieces } => ({
  tokens: {
    ...{ input: usage.input, output: usage.output, cached_read: usage.cacheRead, cache_write_5m: usage.cacheWrite5m },
    ...{ cache_write_1h: usage.cacheWrite1h, reasoning: usage.reasoning },
    ...(usage.imageInput > 0 && { image_input: usage.imageInput }),
    ...(usage.audioInput > 0 && { audio_input: usage.audioInput }),
    ...(usage.imageOutput > 0 && { image_output: usage.imageOutput }),
    ...(usage.audioOutput > 0 && { audio_output: usage.audioOutput }),
    ...(usage.embedding > 0 && { embedding: usage.embedding }),
  },
  pieces: {
    ...(usage.images > 0 && { images: usage.images }),
    ...(usage.webSearches > 0 && { web_searches: usage.webSearches }),
    ...(usage.toolCalls > 0 && { tool_calls: usage.toolCalls }),
    ...(usage.calls > 0 && { calls: usage.calls }),
    ...(usage.audioSeconds > 0 && { audio_seconds: usage.audioSeconds }),
    ...(usage.characters > 0 && { characters: usage.characters }),
  },
})

/** What a row was priced by. Throws RangeError when its price version is not among the prices. */
export function showTerms(row: StoredTerms & StoredUsage, prices: ReadonlyMap<number, Price>): ShownTerms {
  const price = prices.get(row.price_version)
  if (price === undefined) throw new RangeError('a call names a price version that is not there')
  const serviceTier = SERVICE_TIERS[row.service_tier ?? 0] ?? 'standard'
  const card = cardOf(price, inputTokensOf(usageOfStored(row)), serviceTier)
  const isCut = row.reported_input !== null || row.reported_output !== null
  return {
    price_version: row.price_version,
    service_tier: serviceTier,
    card: { service_tier: card.serviceTier, prompt_above: card.inputAbove },
    multiplier: formatMultiplier(row.multiplier ?? MULTIPLIER_ONE),
    reported: isCut ? { input: row.reported_input ?? 0, output: row.reported_output ?? 0 } : null,
  }
}
