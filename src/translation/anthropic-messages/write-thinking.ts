import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, Json, JsonObject, ReasoningWish } from '../call.ts'
import { EFFORT_TOKENS, type Effort, effortOf } from '../effort.ts'
import { withoutUndefined } from '../json.ts'
import { nameOf } from '../loss.ts'
import { type Manners, mannersOf } from './model-manners.ts'
import { isLoopWithoutThought } from './tool-loop.ts'

/** How a call is to be thought about: the members `thinking` and, where a word says how much, `effort` of `output_config`. */
export type Thinking = { readonly thinking?: JsonObject; readonly effort?: string }

/** The least budget. Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-11). */
const BUDGET_MIN = 1_024

/** `messages`: the conversation as it is written. */
type Bounds = Pick<RequestTarget, 'model' | 'losses'> & { readonly outputMax: number; readonly messages: readonly Json[] }

/**
 * Writes a wish to think. A client of this protocol gets what it asked for in its own words. For others a word becomes a budget (see
 * EFFORT_TOKENS), or a budget a word, as the model wants to be told. A tool that has to be called cannot be thought about where thinking can be
 * turned off, so the thoughts are a loss then; as they are where a budget would have what tools gave refused (see isLoopWithoutThought).
 */
export function writeThinking(call: CanonicalCall, bounds: Bounds): Thinking {
  const wish = call.reasoning
  if (wish === undefined) return {}
  if (wish.summary !== undefined && wish.summary !== 'auto') bounds.losses.note(`${nameOf(call, 'reasoning')}.summary`)
  if (call.protocol === 'anthropic-messages') return asAsked(wish)
  const manners = mannersOf(bounds.model)
  if (wish.effort === 'none' || wish.budgetTokens === 0) return withoutThought(call, manners, bounds)
  const asked = { call, wish, bounds }
  return manners.isAdaptive ? byWord(asked, manners) : byBudget(asked)
}

type Asked = { readonly call: CanonicalCall; readonly wish: ReasoningWish; readonly bounds: Bounds }

/** No thought, or the least where the model cannot but think, which is a loss. */
function withoutThought(call: CanonicalCall, { off }: Manners, { losses }: Bounds): Thinking {
  if (off !== undefined) return { thinking: { type: off } }
  losses.note(nameOf(call, 'reasoning'))
  return { effort: 'low' }
}

/** These models tell no thoughts unless they are told to, which the older ones did; chat has no word for it. */
function byWord({ call, wish, bounds }: Asked, { off, canForce }: Manners): Thinking {
  const { effort, budgetTokens, isTold } = wish
  const word = effort ?? (budgetTokens === undefined ? undefined : effortOf(budgetTokens))
  // That thoughts are not to be told is no wish for some.
  if (word === undefined && isTold !== true) return {}
  if (off !== undefined && canForce && isForced(call)) {
    bounds.losses.note(nameOf(call, 'reasoning'))
    // Some think unless they are told not to.
    return { thinking: { type: off } }
  }
  const display = displayOf({ isTold: isTold ?? (call.protocol === 'openai-chat' ? true : undefined) })
  return { thinking: { type: 'adaptive', ...display }, ...(word === undefined ? {} : { effort: wordOf(word) }) }
}

/** A budget leaves half of the output for the answer. */
function byBudget({ call, wish, bounds: { losses, outputMax, messages } }: Asked): Thinking {
  const wanted = wish.budgetTokens ?? (wish.effort === undefined ? undefined : EFFORT_TOKENS[wish.effort])
  // Only how thoughts are to be told was said, and there is no telling without thinking.
  if (wanted === undefined) return {}
  const budget = Math.min(Math.max(wanted, BUDGET_MIN), Math.floor(outputMax / 2))
  if (budget < BUDGET_MIN || isForced(call) || isLoopWithoutThought(messages)) {
    losses.note(nameOf(call, 'reasoning'))
    return {}
  }
  return { thinking: { type: 'enabled', budget_tokens: budget, ...displayOf(wish) } }
}

function asAsked(wish: ReasoningWish): Thinking {
  const { effort, budgetTokens } = wish
  if (effort === 'none') return { thinking: { type: 'disabled' } }
  const thinking = budgetTokens === undefined ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: budgetTokens }
  return { thinking: { ...thinking, ...displayOf(wish) }, ...(effort === undefined ? {} : { effort: wordOf(effort) }) }
}

const displayOf = ({ isTold }: Pick<ReasoningWish, 'isTold'>): JsonObject =>
  withoutUndefined({ display: isTold === undefined ? undefined : isTold ? 'summarized' : 'omitted' })

const wordOf = (effort: Effort): string => (effort === 'minimal' || effort === 'none' ? 'low' : effort)

/** Whether a tool has to be called. */
const isForced = ({ toolChoice, tools }: CanonicalCall): boolean =>
  tools.length > 0 && (toolChoice?.kind === 'required' || toolChoice?.kind === 'named')
