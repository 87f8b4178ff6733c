import type { Json, JsonObject } from '../call.ts'
import { isObject, objectsIn } from '../json.ts'

/**
 * Whether a conversation, as it is written for the provider, ends with what tools gave to an answer that does not begin with a thought: all of it is
 * refused where thinking is turned on by a budget. An answer goes on until the user says something. Models that decide themselves whether they think
 * take it. Source: https://platform.claude.com/docs/en/build-with-claude/thinking-tool-workflows (2026-11-30).
 */
export function isLoopWithoutThought(messages: readonly Json[]): boolean {
  const turns = messages.filter(isObject)
  const answered = turns.findLastIndex(isAnswer)
  if (!turns.slice(answered + 1).some((turn) => blocksOf(turn).some(isResult))) return false
  const asked = turns.findLastIndex((turn, index) => index < answered && !isAnswer(turn) && !isOfResults(turn))
  const first = turns.slice(asked + 1).find(isAnswer)
  return first !== undefined && !isThought(blocksOf(first)[0])
}

const isAnswer = (turn: JsonObject): boolean => turn['role'] === 'assistant'

/** None where the content is one text. */
const blocksOf = (turn: JsonObject): readonly JsonObject[] => objectsIn(turn, 'content')

const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result'

const isOfResults = (turn: JsonObject): boolean => blocksOf(turn).length > 0 && blocksOf(turn).every(isResult)

const isThought = (block: JsonObject | undefined): boolean => block?.['type'] === 'thinking' || block?.['type'] === 'redacted_thinking'
