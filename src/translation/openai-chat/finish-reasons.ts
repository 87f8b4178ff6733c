import type { FinishReason } from '../events.ts'

/**
 * Finish reasons of chat completions and what they mean, those of its kin with them: DeepSeek's insufficient_system_resource, Mistral's
 * model_length and error, TGI's eos_token and stop_sequence. Source: https://platform.openai.com/docs/api-reference/chat/object (2026-11).
 */
const READ: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-sequence'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'filter'],
  ['insufficient_system_resource', 'error'],
  ['error', 'error'],
])

/** What a finish reason means; a reason that nobody knows is "other". */
export const finishOf = (reason: string): FinishReason => READ.get(reason) ?? 'other'

/** The same the other way round; `error` is told as a failure, so it has no word here. */
const WRITTEN: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  filter: 'content_filter',
  // A refusal without a text of its own is what the protocol calls filtered.
  refusal: 'content_filter',
  'stop-sequence': 'stop',
  pause: 'stop',
  error: 'stop',
  other: 'stop',
}

/** The word for why a choice ended; a refusal that was told in words ends in "stop". */
export const wordOf = (reason: FinishReason, hasRefusal: boolean): string => (reason === 'refusal' && hasRefusal ? 'stop' : WRITTEN[reason])
