import { NO_USAGE, type ServiceTier, type Usage } from '../../spec/index.ts'
import { objectAt, type ReplyUsage, usageFigures } from '../usage-figures.ts'
import { TOLD_TIERS } from './service-tiers.ts'

type Counts = { input?: number | undefined; output?: number | undefined; cacheRead?: number | undefined } & {
  written?: number | undefined
  written5m?: number | undefined
  written1h?: number | undefined
  searches?: number | undefined
  fetches?: number | undefined
  runs?: number | undefined
}

/**
 * Reads Anthropic's usage objects, where the classes lie beside each other and `message_delta` tells sums, not differences. Thinking is a
 * part of the output that is not told apart. Sources: https://docs.claude.com/en/api/messages-streaming (2026-11),
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool (`server_tool_use`, 2026-11-26).
 */
export function replyUsage(): ReplyUsage {
  const figures = usageFigures()
  let counts: Counts = {}
  let tier: ServiceTier | undefined
  const tierOf = (word: unknown): ServiceTier | undefined => (typeof word === 'string' ? TOLD_TIERS.get(word) : undefined)
  return {
    add: (told) => {
      const split = objectAt(told['cache_creation'])
      const tools = objectAt(told['server_tool_use'])
      counts = {
        input: figures.read(told, 'input_tokens', counts.input),
        output: figures.read(told, 'output_tokens', counts.output),
        cacheRead: figures.read(told, 'cache_read_input_tokens', counts.cacheRead),
        written: figures.read(told, 'cache_creation_input_tokens', counts.written),
        written5m: figures.read(split, 'ephemeral_5m_input_tokens', counts.written5m),
        written1h: figures.read(split, 'ephemeral_1h_input_tokens', counts.written1h),
        searches: figures.read(tools, 'web_search_requests', counts.searches),
        fetches: figures.read(tools, 'web_fetch_requests', counts.fetches),
        runs: figures.read(tools, 'code_execution_requests', counts.runs),
      }
      tier = tierOf(told['service_tier']) ?? tier
    },
    usage: () => usageOf(counts, figures.suspect),
    isSuspect: () => {
      usageOf(counts, figures.suspect)
      return figures.isSuspect()
    },
    tierOf,
    serviceTier: () => tier,
  }
}

function usageOf(counts: Counts, suspect: () => void): Usage | undefined {
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
