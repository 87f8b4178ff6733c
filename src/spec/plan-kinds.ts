/** How plans are paid: not at all, once for good, each month, each year. */
export const PLAN_KINDS = ['free', 'one_time', 'monthly', 'annual'] as const
export type PlanKind = (typeof PLAN_KINDS)[number]

/** Stretches of time that budgets are for, each beginning at fixed times in UTC. */
export const BUDGET_WINDOWS = ['5h', '8h', 'day', 'week', 'month'] as const
export type BudgetWindow = (typeof BUDGET_WINDOWS)[number]
