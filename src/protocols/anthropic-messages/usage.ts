import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { MergedUsage, usagePlaces } from '../merged-usage.ts'
import { objectAt, type ReplyUsage, type UsageFigures, type UsageObject, usageFigures } from '../usage-figures.ts'
import { TOLD_TIERS } from './service-tiers.ts'

type TokenCounts = { input?: number | undefined; output?: number | undefined; cacheRead?: number | undefined } & {
  written?: number | undefined
  written5m?: number | undefined
  written1h?: number | undefined
}

type Counts = TokenCounts & {
  searches?: number | undefined
  fetches?: number | undefined
  runs?: number | undefined
}

/**
 * Reads Anthropic's usage objects, where the classes lie beside each other and `message_delta` tells sums, not differences. Thinking is a
 * part of the output that is not told apart. Where iterations come to more than the sums, they count. Sources:
 * https://docs.claude.com/en/api/messages-streaming (2026-11), https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
 * (`server_tool_use`, 2026-11-26), @anthropic-ai/sdk 0.134.0 (BetaIterationsUsage, 2026-11-29).
 */
export class AnthropicUsage extends MergedUsage {
  /** What iterations told, and whether one of their figures was absurd. */
  readonly #iterations = usageFigures()
  #iterated: TokenCounts | undefined

  constructor() {
    super(PLACES)
  }

  override addPlain(bytes: Buffer): boolean {
    return !bytes.includes(ITERATIONS) && super.addPlain(bytes)
  }

  override add(told: UsageObject): void {
    super.add(told)
    const { iterations } = told
    if (Array.isArray(iterations)) this.#iterated = sumOfIterations(iterations, this.#counts(), this.#iterations) ?? this.#iterated
    if (this.#iterations.isSuspect()) this.suspect()
  }

  protected override read(): Usage | undefined {
    return usageOf(this.#counts(), this.#iterated, () => this.suspect())
  }

  #counts(): Counts {
    const told = (place: number): number | undefined => (this.figureAt(place) < 0 ? undefined : this.figureAt(place))
    return {
      input: told(0),
      output: told(1),
      cacheRead: told(2),
      written: told(3),
      written5m: told(4),
      written1h: told(5),
      searches: told(6),
      fetches: told(7),
      runs: told(8),
    }
  }
}

/** What an object has that is parsed whole. */
const ITERATIONS = Buffer.from('"iterations"')

/** In the order of `Counts`. */
const PLACES = usagePlaces(
  [
    ...['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'],
    ...['cache_creation.ephemeral_5m_input_tokens', 'cache_creation.ephemeral_1h_input_tokens'],
    ...['server_tool_use.web_search_requests', 'server_tool_use.web_fetch_requests', 'server_tool_use.code_execution_requests'],
    'service_tier',
  ],
  TOLD_TIERS,
)

/** The usage of one reply. */
export const replyUsage = (): ReplyUsage => new AnthropicUsage()

function tokensIn(told: UsageObject, earlier: TokenCounts, { read }: UsageFigures): TokenCounts {
  const split = objectAt(told['cache_creation'])
  return {
    input: read(told, 'input_tokens', earlier.input),
    output: read(told, 'output_tokens', earlier.output),
    cacheRead: read(told, 'cache_read_input_tokens', earlier.cacheRead),
    written: read(told, 'cache_creation_input_tokens', earlier.written),
    written5m: read(split, 'ephemeral_5m_input_tokens', earlier.written5m),
    written1h: read(split, 'ephemeral_1h_input_tokens', earlier.written1h),
  }
}

/** Iterations of the model that was asked. All others are by another model, at its own price. */
const OWN_ITERATIONS: readonly unknown[] = ['message', 'compaction']

/**
 * What the iterations of the model that was asked come to, which is the one that began; undefined where there are none. Suspect where
 * another took part, and where all together read less than is told for them.
 */
function sumOfIterations(told: readonly unknown[], counts: TokenCounts, figures: UsageFigures): TokenCounts | undefined {
  const iterations = told.map((iteration) => objectAt(iteration) ?? {})
  const named = iterations.filter(({ type, model }) => OWN_ITERATIONS.includes(type) && typeof model === 'string')
  const asked = named[0]?.['model']
  const isOwn = ({ type, model }: UsageObject): boolean => OWN_ITERATIONS.includes(type) && (model ?? asked) === asked
  if (iterations.length === 0) return undefined
  if (!iterations.every(isOwn)) figures.suspect()
  const all = iterations.map((iteration) => tokensIn(iteration, {}, figures))
  if (readOf(sumOf(all)) < readOf(counts)) figures.suspect()
  return sumOf(all.filter((_, index) => isOwn(iterations[index] ?? {})))
}

function sumOf(parts: readonly TokenCounts[]): TokenCounts {
  const sum = (countIn: (part: TokenCounts) => number | undefined): number => parts.reduce((all, part) => all + (countIn(part) ?? 0), 0)
  return {
    input: sum(({ input }) => input),
    output: sum(({ output }) => output),
    cacheRead: sum(({ cacheRead }) => cacheRead),
    written: sum(writtenOf),
    written5m: sum(({ written5m }) => written5m),
    written1h: sum(({ written1h }) => written1h),
  }
}

const writtenOf = ({ written, written5m = 0, written1h = 0 }: TokenCounts): number => written ?? written5m + written1h
const readOf = (counts: TokenCounts): number => (counts.input ?? 0) + (counts.cacheRead ?? 0) + writtenOf(counts)
const tokensOf = (counts: TokenCounts): number => readOf(counts) + (counts.output ?? 0)

function usageOf(sums: Counts, iterated: TokenCounts | undefined, suspect: () => void): Usage | undefined {
  const isMore = iterated !== undefined && tokensOf(iterated) > tokensOf(sums)
  const counts = isMore ? { ...sums, ...iterated, written1h: Math.max(iterated.written1h ?? 0, sums.written1h ?? 0) } : sums
  const { input = 0, output = 0, cacheRead = 0, searches = 0, fetches = 0, runs = 0 } = counts
  if (Object.values(counts).every((count) => count === undefined)) return undefined
  if (counts.input === undefined || counts.output === undefined) suspect()
  const tools = { webSearches: searches, toolCalls: fetches + runs }
  return { ...NO_USAGE, input, cacheRead, ...writes(counts, suspect), output, ...tools }
}

/** What was written and is not told to be for an hour counts as written for five minutes. */
function writes({ written, written5m = 0, written1h = 0 }: Counts, suspect: () => void): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  if (written === undefined) return { cacheWrite5m: written5m, cacheWrite1h: written1h }
  if (written5m + written1h > written) suspect()
  const cacheWrite1h = Math.min(written1h, written)
  return { cacheWrite5m: written - cacheWrite1h, cacheWrite1h }
}
