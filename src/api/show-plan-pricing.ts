import { formatMultiplier } from '../spec/index.ts'
import type { PlanPricing } from './ports/index.ts'

/** The list price itself, for what has no pricing of its own. */
const LIST: PlanPricing = { multiplier: 1_000_000, changes: [] }

/** What calls of a plan cost and will cost, as people see it. */
export const showPlanPricing = ({ multiplier, changes }: PlanPricing = LIST) => ({
  priceMultiplier: formatMultiplier(multiplier),
  priceChanges: changes.map((change) => ({
    effectiveAt: change.effectiveAt.toISOString(),
    priceMultiplier: formatMultiplier(change.multiplier),
  })),
})
