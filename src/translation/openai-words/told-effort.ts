import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall } from '../call.ts'
import { EFFORTS, type Effort, effortOf } from '../effort.ts'
import { nameOf } from '../loss.ts'
import { isOpenai } from './cache-mark.ts'

/**
 * How much to think, by a word that the model takes: others are refused with all of the request, so the next one up stands for one that it does not, or
 * its last. A budget is told as the word that stands for it, see EFFORT_TOKENS. Whoever speaks OpenAI's protocols is told by the provider instead.
 */
export function toldEffort(call: CanonicalCall, { model, losses }: Pick<RequestTarget, 'model' | 'losses'>): Effort | undefined {
  const { effort, budgetTokens } = call.reasoning ?? {}
  const asked = effort ?? (budgetTokens === undefined ? undefined : effortOf(budgetTokens))
  if (asked === undefined || isOpenai(call)) return asked
  const words = wordsOf(model)
  const told = words.includes(asked) ? asked : nearest(asked, words)
  if (told !== asked && (asked === 'none' ? told !== undefined : told === undefined)) losses.note(nameOf(call, 'reasoning'))
  return told
}

/** The next word up, but none, or the last one. */
function nearest(asked: Effort, words: readonly Effort[]): Effort | undefined {
  const thoughtful = words.filter((word) => word !== 'none')
  return thoughtful.find((word) => EFFORTS.indexOf(word) > EFFORTS.indexOf(asked)) ?? thoughtful.at(-1)
}

const USUAL = ['low', 'medium', 'high'] as const satisfies readonly Effort[]

/**
 * The words of each model, the first that fits; other makers' take the usual ones, and some one for no thought. Sources:
 * https://developers.openai.com/api/docs/guides/reasoning, https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort,
 * https://github.com/pydantic/pydantic-ai/issues/7081 (5.6), https://github.com/openai/codex/issues/6647 (Codex),
 * https://github.com/BoundaryML/baml/pull/2708 (4.1), https://github.com/egoist/chatwise-releases/issues/1257 (Chat),
 * https://github.com/router-for-me/CLIProxyAPI/issues/1307 (others'), https://api-docs.deepseek.com/api/create-chat-completion (all 2026-11-29).
 */
const WORDS: readonly (readonly [models: RegExp, words: readonly Effort[]])[] = [
  [/gpt-[34](?!\d)|chatgpt|gpt-5[\w.]*-chat/, []],
  [/(?:^|\/)o[134](?!\d)|gpt-5(?:\.1)?-codex(?!-max)/, USUAL],
  [/gpt-5-pro/, ['high']],
  [/gpt-5\.[1-5]-codex/, [...USUAL, 'xhigh']],
  [/gpt-5(?![.\d])/, ['minimal', ...USUAL]],
  [/gpt-5\.1(?!\d)/, ['none', ...USUAL]],
  [/gpt-5\.[2-5](?!\d)/, ['none', ...USUAL, 'xhigh']],
  [/gpt-(?:5\.\d|[6-9]|\d\d)/, ['none', ...USUAL, 'xhigh', 'max']],
  [/deepseek/i, EFFORTS],
]

const wordsOf = (model: string): readonly Effort[] => WORDS.find(([models]) => models.test(model))?.[1] ?? ['none', ...USUAL]
