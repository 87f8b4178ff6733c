import { z } from 'zod'
import { parseUsd } from '../lib/index.ts'
import { BUDGET_WINDOWS, MULTIPLIER_EXPECTED, PLAN_KINDS, parseMultiplier } from '../spec/index.ts'

const LIMIT_EXPECTED = 'a whole number from 1 to 1000000000'
const AMOUNT_EXPECTED = 'a decimal string of USD above 0 with at most 9 decimals, up to "1000000.00"'
const AMOUNT_MAX = 1_000_000_000_000_000n

/** What people read when a field of a plan in farebox.yaml is not right. */
export const PLAN_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  plans: { expected: 'a list of plans', mend: 'write one "- id: …" per plan below it' },
  'plans.': { expected: 'a plan with id and price_multiplier', mend: 'write it as "- { id: pro, price_multiplier: "0.9" }"' },
  'plans.id': { expected: 'a name of 1 to 64 of a-z 0-9 . _ -', mend: 'give the plan a short name such as pro' },
  'plans.price_multiplier': { expected: MULTIPLIER_EXPECTED, mend: 'write it in quotes: "0.9"' },
  'plans.price_changes': {
    expected: 'a list of at most 16 multipliers that will hold',
    mend: 'write it like [{ effective_at: "2027-01-01T00:00:00Z", price_multiplier: "1.1" }]',
  },
  'plans.price_changes.': {
    expected: 'a multiplier and the time from which it holds',
    mend: 'write it like { effective_at: "2027-01-01T00:00:00Z", price_multiplier: "1.1" }',
  },
  'plans.price_changes.effective_at': { expected: 'a time such as 2027-01-01T00:00:00Z', mend: 'write it in quotes, with Z or an offset' },
  'plans.price_changes.price_multiplier': { expected: MULTIPLIER_EXPECTED, mend: 'write it in quotes: "1.1"' },
  'plans.shorter_notice_reason': {
    expected: 'a text of 1 to 500 characters',
    mend: 'say why members may pay more with less notice, or leave it out to have the rise wait',
  },
  'plans.name': { expected: 'a text of 1 to 100 characters in one line', mend: 'write what customers call it, or leave it out for its id' },
  'plans.kind': { expected: `one of ${PLAN_KINDS.join(', ')}`, mend: 'leave it out for free' },
  'plans.price': { expected: AMOUNT_EXPECTED, mend: 'write what a period costs, such as "29.00"; leave it out for a free plan' },
  'plans.models': { expected: 'a list of 1 to 1000 ids of models', mend: 'leave it out for every model' },
  'plans.models.': { expected: 'the id of a model', mend: 'name a model as customers call it' },
  'plans.requests_per_minute': { expected: LIMIT_EXPECTED, mend: 'leave it out for no limit' },
  'plans.tokens_per_minute': { expected: LIMIT_EXPECTED, mend: 'leave it out for no limit' },
  'plans.concurrent_calls': { expected: LIMIT_EXPECTED, mend: 'leave it out for no limit' },
  'plans.budget': { expected: 'a mapping with amount and window', mend: 'write it like { amount: "0.14", window: 5h }' },
  'plans.budget.amount': { expected: AMOUNT_EXPECTED, mend: 'write it in quotes: "0.14"' },
  'plans.budget.window': { expected: `one of ${BUDGET_WINDOWS.join(', ')}`, mend: 'write how long a budget is for, such as 5h' },
  'plans.public': { expected: 'true or false', mend: 'say true to show and sell it to everybody; else only you give it' },
  'plans.closed': { expected: 'true or false', mend: 'say true to take no new members' },
}

const field = <T extends z.ZodType>(path: string, schema: T): T => schema.describe(PLAN_FIELDS[path]?.expected ?? '')

const amount = (path: string) =>
  field(
    path,
    z.string().refine((text) => {
      const parsed = parseUsd(text)
      return parsed !== undefined && parsed > 0n && parsed <= AMOUNT_MAX
    }),
  )
const limit = (path: string) => field(path, z.int().min(1).max(1_000_000_000)).optional()

const multiplier = (path: string) =>
  field(
    path,
    z.string().refine((text) => parseMultiplier(text) !== undefined),
  )
const change = field(
  'plans.price_changes.',
  z.strictObject({
    effective_at: field('plans.price_changes.effective_at', z.iso.datetime({ offset: true })),
    price_multiplier: multiplier('plans.price_changes.price_multiplier'),
  }),
)
const CHANGES_MAX = 16

const planFields = {
  price_multiplier: multiplier('plans.price_multiplier'),
  price_changes: field('plans.price_changes', z.array(change).max(CHANGES_MAX)).optional(),
  name: field('plans.name', z.string().regex(/^[^\p{C}]{1,100}$/u)).optional(),
  kind: field('plans.kind', z.enum(PLAN_KINDS)).optional(),
  price: amount('plans.price').optional(),
  models: field(
    'plans.models',
    z
      .array(field('plans.models.', z.string().min(1).max(80)))
      .min(1)
      .max(1000),
  ).optional(),
  requests_per_minute: limit('plans.requests_per_minute'),
  tokens_per_minute: limit('plans.tokens_per_minute'),
  concurrent_calls: limit('plans.concurrent_calls'),
  budget: field(
    'plans.budget',
    z.strictObject({ amount: amount('plans.budget.amount'), window: field('plans.budget.window', z.enum(BUDGET_WINDOWS)) }),
  ).optional(),
  public: field('plans.public', z.boolean()).optional(),
  closed: field('plans.closed', z.boolean()).optional(),
}

/** Runs also on plans with other mistakes, so that all are told at once; hence a member may still be anything. */
function checkPlan({ kind = 'free', price, budget, price_changes: changes }: WrittenTerms, context: z.RefinementCtx): void {
  const told = (path: string, expected: string, mend: string): void =>
    context.addIssue({ code: 'custom', path: [path], message: expected, params: { expected, mend } })
  if (kind === 'free' && price !== undefined) told('price', 'no price, as the plan is free', 'say how it is paid: kind: monthly')
  if (kind !== 'free' && price === undefined) told('price', AMOUNT_EXPECTED, 'write what it costs, such as "29.00"')
  if (kind === 'one_time' && budget !== undefined)
    told('budget', 'no budget, as the plan is paid once and never ends', 'leave the field out, or make the plan monthly')
  const times = Array.isArray(changes) ? changes.map((one: { effective_at?: unknown } | null) => Date.parse(String(one?.effective_at))) : []
  if (times.some((time, index) => !Number.isNaN(time) && times.indexOf(time) !== index))
    told('price_changes', 'a time of its own for each change', 'keep one multiplier for each time')
}

type WrittenTerms = { readonly kind?: unknown; readonly price?: unknown; readonly budget?: unknown; readonly price_changes?: unknown }

/** A plan without its id, as the operator API takes it. */
export const planBody = z.strictObject(planFields).superRefine(checkPlan)

/** The id of a plan. */
export const planId = field('plans.id', z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/))

/** A plan in farebox.yaml. */
export const planEntry = z
  .strictObject({
    ...{ id: planId, ...planFields },
    shorter_notice_reason: field('plans.shorter_notice_reason', z.string().trim().min(1).max(500)).optional(),
  })
  .superRefine(checkPlan)

/** A plan as it is written, without its id. */
export type PlanBody = z.output<typeof planBody> & { readonly shorter_notice_reason?: string | undefined }
