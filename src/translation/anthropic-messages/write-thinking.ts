import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, JsonObject, ReasoningWish } from '../call.ts'
import { EFFORT_TOKENS, type Effort, effortOf } from '../effort.ts'
import { withoutUndefined } from '../json.ts'
import { nameOf } from '../loss.ts'

/** How a call is to be thought about: the members `thinking` and, where a word says how much, `effort` of `output_config`. */
export type Thinking = { readonly thinking?: JsonObject; readonly effort?: string }

/** The least budget. Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-11). */
const BUDGET_MIN = 1_024

type Bounds = Pick<RequestTarget, 'losses' | 'thinkingWords'> & { readonly outputMax: number }

/**
 * Writes a wish to think. A client of this protocol gets what it asked for in its own words. For others a word becomes a budget (see
 * EFFORT_TOKENS), or a budget a word, as the model wants to be told; a budget leaves half of the output for the answer. A tool that has to
 * be called cannot be thought about with a budget, so the thoughts are a loss then.
 */
export function writeThinking(call: CanonicalCall, bounds: Bounds): Thinking {
  const wish = call.reasoning
  if (wish === undefined) return {}
  if (wish.summary !== undefined && wish.summary !== 'auto') bounds.losses.note(`${nameOf(call, 'reasoning')}.summary`)
  if (call.protocol === 'anthropic-messages') return asAsked(wish)
  if (wish.effort === 'none' || wish.budgetTokens === 0) return { thinking: { type: 'disabled' } }
  const display = displayOf(wish)
  if (bounds.thinkingWords === 'effort') {
    const word = wish.effort ?? (wish.budgetTokens === undefined ? undefined : effortOf(wish.budgetTokens))
    return { thinking: { type: 'adaptive', ...display }, ...(word === undefined ? {} : { effort: wordOf(word) }) }
  }
  const wanted = wish.budgetTokens ?? (wish.effort === undefined ? undefined : EFFORT_TOKENS[wish.effort])
  // Only how thoughts are to be told was said, and there is no telling without thinking.
  if (wanted === undefined) return {}
  const budget = Math.min(Math.max(wanted, BUDGET_MIN), Math.floor(bounds.outputMax / 2))
  if (budget < BUDGET_MIN || isForced(call)) {
    bounds.losses.note(nameOf(call, 'reasoning'))
    return {}
  }
  return { thinking: { type: 'enabled', budget_tokens: budget, ...display } }
}

function asAsked(wish: ReasoningWish): Thinking {
  const { effort, budgetTokens } = wish
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  const thinking = budgetTokens === undefined ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: budgetTokens }
  return { thinking: { ...thinking, ...displayOf(wish) }, ...(effort === undefined ? {} : { effort: wordOf(effort) }) }
}

const displayOf = ({ isTold }: ReasoningWish): JsonObject =>
  withoutUndefined({ display: isTold === undefined ? undefined : isTold ? 'summarized' : 'omitted' })

const wordOf = (effort: Effort): string => (effort === 'minimal' || effort === 'none' ? 'low' : effort)

const isForced = ({ toolChoice, tools }: CanonicalCall): boolean =>
  tools.length > 0 && (toolChoice?.kind === 'required' || toolChoice?.kind === 'named')
