/** How a session is played. Everything is optional. */
export type RealtimeScript = {
  /** Tokens of the words of an answer. Default 8. */
  readonly tokens: number
  /** Milliseconds before an answer begins. Default 0. */
  readonly beginMs: number
  /** Milliseconds before each delta. Default 0. */
  readonly chunkMs: number
  /** The connection breaks after so many deltas of an answer. */
  readonly cutAfter: number | undefined
  /** What an answer tells of its usage: the truth, nothing, far too much, or nonsense. */
  readonly usage: 'true' | 'none' | 'absurd' | 'negative'
  /** The status with which a session is refused. */
  readonly refuse: number | undefined
  /** Answers that begin by themselves once there has been one. */
  readonly unasked: number
  /** A message of so many MiB follows the first answer. */
  readonly hugeMiB: number
  /** An answer is begun and never goes on. */
  readonly isHanging: boolean
  /** The first answer is refused as the house's account is empty. */
  readonly isPoor: boolean
}

const DEFAULT: RealtimeScript = {
  ...{ tokens: 8, beginMs: 0, chunkMs: 0, cutAfter: undefined, usage: 'true', refuse: undefined },
  ...{ unasked: 0, hugeMiB: 0, isHanging: false, isPoor: false },
}

/**
 * The script in a model's name such as `sim-voice!tokens=50,cut-after=3`: the words tokens, begin-ms, chunk-ms, cut-after, usage (none, absurd,
 * negative), refuse, unasked, huge, each with a value, and hang and poor without one.
 */
export function realtimeScript(model: string): RealtimeScript {
  const words = new Map((model.split('!')[1] ?? '').split(',').map((part) => [part.split('=')[0] ?? '', part.split('=')[1] ?? ''] as const))
  const numberOf = (word: string): number | undefined => (words.has(word) ? Number(words.get(word)) : undefined)
  const usage = words.get('usage')
  return {
    tokens: numberOf('tokens') ?? DEFAULT.tokens,
    beginMs: numberOf('begin-ms') ?? DEFAULT.beginMs,
    chunkMs: numberOf('chunk-ms') ?? DEFAULT.chunkMs,
    cutAfter: numberOf('cut-after'),
    usage: usage === 'none' || usage === 'absurd' || usage === 'negative' ? usage : 'true',
    refuse: numberOf('refuse'),
    unasked: numberOf('unasked') ?? DEFAULT.unasked,
    hugeMiB: numberOf('huge') ?? DEFAULT.hugeMiB,
    isHanging: words.has('hang'),
    isPoor: words.has('poor'),
  }
}
