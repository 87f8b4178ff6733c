import type { FinishReason } from '../events.ts'

/**
 * Finish reasons and what they mean. That a tool was called is not among them: such an answer ends in STOP.
 * Source: https://ai.google.dev/api/generate-content#FinishReason (2026-11-26).
 */
const READ: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ...[
    ...['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'MODEL_ARMOR'],
    ...['IMAGE_SAFETY', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION'],
  ].map((word) => [word, 'filter'] as const),
  // What the model wrote was no call, or a call of no tool: there is no answer in it.
  ...['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'MISSING_THOUGHT_SIGNATURE'].map((word) => [word, 'error'] as const),
  ['CONTINUATION', 'pause'],
])

/** What a finish reason means; one that nobody knows is "other". */
export const finishOf = (reason: string): FinishReason => READ.get(reason) ?? 'other'

/** The same the other way round; `error` is told as a failure, so it has no word here, nor has which stop sequence was hit. */
const WRITTEN: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  filter: 'SAFETY',
  refusal: 'SAFETY',
  'stop-sequence': 'STOP',
  pause: 'OTHER',
  error: 'OTHER',
  other: 'OTHER',
}

/** The word for why an answer ended; one that refused in words is withheld, unless it was too long. */
export const wordOf = (reason: FinishReason, hasRefusal: boolean): string =>
  hasRefusal && reason !== 'length' ? 'SAFETY' : WRITTEN[reason]

/** Whether what the provider says of a finish is for whoever asked: of one that it withheld, or that we cut short. */
export const isExplained = (reason: FinishReason): boolean => reason === 'filter' || reason === 'length'
