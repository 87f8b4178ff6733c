import type { FinishReason } from '../events.ts'

/** Stop reasons and what they mean. Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons (2026-11). */
const READ: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['stop_sequence', 'stop-sequence'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
])

/** What a stop reason means; one that nobody knows is "other". */
export const finishOf = (reason: string | undefined): FinishReason => READ.get(reason ?? '') ?? 'other'

/** The same the other way round; `error` is told as a failure, so it has no word here. */
const WRITTEN: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  // What the provider withheld is what this protocol calls refused.
  filter: 'refusal',
  refusal: 'refusal',
  'stop-sequence': 'stop_sequence',
  pause: 'pause_turn',
  error: 'end_turn',
  other: 'end_turn',
}

/** The word for why an answer ended; one that refused in words and then stopped is a refusal. */
export const wordOf = (reason: FinishReason, hasRefusal: boolean): string => (reason === 'stop' && hasRefusal ? 'refusal' : WRITTEN[reason])
