import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, JsonObject, ReasoningWish } from '../call.ts'
import { EFFORT_TOKENS, type Effort, effortOf } from '../effort.ts'
import { withoutUndefined } from '../json.ts'
import { nameOf } from '../loss.ts'
import { isOfThirdGeneration } from './model-generation.ts'

/** The largest budget that every model takes that has one. Source: https://ai.google.dev/gemini-api/docs/thinking#set-budget (2026-11-26). */
const BUDGET_MAX = 24_576

const LEVELS: Readonly<Record<Effort, string>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
}

/**
 * How much to think, in the words that the model wants: its older ones a number of tokens, its newer ones a level. Newer ones cannot but
 * think, so that a wish for none is a loss. A client of this protocol gets what it asked for in its own words.
 */
export function writeThinking(call: CanonicalCall, target: Pick<RequestTarget, 'model' | 'losses'>): JsonObject | undefined {
  const wish = call.reasoning
  if (wish === undefined) return undefined
  const isOwn = call.protocol === 'gemini'
  if (wish.summary !== undefined && wish.summary !== 'auto') target.losses.note(`${nameOf(call, 'reasoning')}.summary`)
  const told = isOwn ? asAsked(wish) : isOfThirdGeneration(target) ? levelOf(call, wish, target) : budgetOf(call, wish, target)
  const config = withoutUndefined({ ...told, includeThoughts: isToldOf(call, wish) })
  return Object.keys(config).length > 0 || isOwn ? config : undefined
}

const asAsked = ({ effort, budgetTokens }: ReasoningWish) => ({
  thinkingBudget: budgetTokens ?? (effort === 'none' ? 0 : undefined),
  thinkingLevel: effort === undefined || effort === 'none' ? undefined : LEVELS[effort],
})

const isNone = ({ effort, budgetTokens }: ReasoningWish): boolean => effort === 'none' || budgetTokens === 0

/** Whoever asks for thought in another protocol is told of it, unless told not; Responses tell what was asked for and no more. */
function isToldOf(call: CanonicalCall, wish: ReasoningWish): boolean | undefined {
  if (wish.isTold !== undefined || isNone(wish)) return wish.isTold
  return call.protocol === 'gemini' || call.protocol === 'openai-responses' ? undefined : true
}

type Target = Pick<RequestTarget, 'model' | 'losses'>

/**
 * Whether a model takes the least level; it is refused by those of Pro, and by Flash since 3.7.
 * Source: https://ai.google.dev/gemini-api/docs/generate-content/thinking#thinking-levels (2026-11-29).
 */
const takesMinimal = (model: string): boolean => /gemini-3(?:\.[0-6])?-flash|flash-lite/.test(model)

/** Of the older models the one that cannot but think, and its least budget. Source: as for BUDGET_MAX. */
const ALWAYS_THINKING = /gemini-2\.5-pro/
const BUDGET_MIN = 128

function levelOf(call: CanonicalCall, wish: ReasoningWish, { model, losses }: Target) {
  if (isNone(wish)) losses.note(nameOf(call, 'reasoning'))
  const effort = wish.effort ?? (wish.budgetTokens === undefined ? undefined : effortOf(wish.budgetTokens))
  const level = effort === undefined ? undefined : LEVELS[effort]
  return { thinkingLevel: level === 'MINIMAL' && !takesMinimal(model) ? 'LOW' : level }
}

function budgetOf(call: CanonicalCall, { effort, budgetTokens }: ReasoningWish, { model, losses }: Target) {
  const wanted = budgetTokens ?? (effort === undefined ? undefined : EFFORT_TOKENS[effort])
  if (budgetTokens !== undefined && budgetTokens > BUDGET_MAX) losses.note(nameOf(call, 'reasoning'))
  if (wanted === 0 && ALWAYS_THINKING.test(model)) {
    losses.note(nameOf(call, 'reasoning'))
    return { thinkingBudget: BUDGET_MIN }
  }
  return { thinkingBudget: wanted === undefined ? undefined : Math.min(wanted, BUDGET_MAX) }
}
