import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { objectAt, type UsageObject, usageFigures } from '../usage-figures.ts'

/** The usage of one reply, merged over the objects that told it. */
export type ReplyUsage = {
  readonly add: (told: UsageObject) => void
  /** Undefined when no valid count came. */
  readonly usage: () => Usage | undefined
  readonly isSuspect: () => boolean
}

type Counts = { input?: number | undefined; output?: number | undefined; cacheRead?: number | undefined } & {
  written?: number | undefined
  written5m?: number | undefined
  written1h?: number | undefined
}

/**
 * Reads Anthropic's usage objects, where the classes lie beside each other and `message_delta` tells sums, not differences.
 * Source: https://docs.claude.com/en/api/messages-streaming (2026-11).
 */
export function replyUsage(): ReplyUsage {
  const figures = usageFigures()
  let counts: Counts = {}
  return {
    add: (told) => {
      const split = objectAt(told['cache_creation'])
      counts = {
        input: figures.read(told, 'input_tokens', counts.input),
        output: figures.read(told, 'output_tokens', counts.output),
        cacheRead: figures.read(told, 'cache_read_input_tokens', counts.cacheRead),
        written: figures.read(told, 'cache_creation_input_tokens', counts.written),
        written5m: figures.read(split, 'ephemeral_5m_input_tokens', counts.written5m),
        written1h: figures.read(split, 'ephemeral_1h_input_tokens', counts.written1h),
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
  if (Object.values(counts).every((count) => count === undefined)) return undefined
  if (counts.input === undefined || counts.output === undefined) suspect()
  const { input = 0, output = 0, cacheRead = 0 } = counts
  return { ...NO_USAGE, input, cacheRead, ...writes(counts, suspect), output }
}

/** What was written and is not told to be for an hour counts as written for five minutes. */
function writes({ written, written5m = 0, written1h = 0 }: Counts, suspect: () => void): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  if (written === undefined) return { cacheWrite5m: written5m, cacheWrite1h: written1h }
  if (written5m + written1h > written) suspect()
  const cacheWrite1h = Math.min(written1h, written)
  return { cacheWrite5m: written - cacheWrite1h, cacheWrite1h }
}
