import type { DecodedCall, ReplyReader } from '../protocols/index.ts'
import { NO_USAGE, type Outcome, type ReportedModel, type Usage, type UsageSource } from '../spec/index.ts'
import type { Plan, Target } from './route.ts'

/** A call as far as its usage goes; `target` is undefined when no upstream was called, `reader` when none answered. */
export type Measurable = {
  readonly call: DecodedCall
  readonly plan: Plan
  readonly target: Target | undefined
  readonly reader: ReplyReader | undefined
}

/** What a call used, and how far that can be trusted. */
export type Measured = {
  readonly usage: Usage
  readonly source: UsageSource
  readonly reportedModel: ReportedModel
  readonly isSuspect: boolean
}

/** Outcomes for which the customer owes nothing: no byte of an answer went out. */
const FREE_OUTCOMES: ReadonlySet<Outcome> = new Set(['upstream-refused', 'upstream-failed', 'voided'])

/** The usage of a call that ends now: the upstream's own figure where it is final, else counted from what has passed. */
export function measure(open: Measurable, outcome: Outcome): Measured {
  const { reader, target } = open
  const reportedModel = compareModel(open)
  const isFree = FREE_OUTCOMES.has(outcome) || target === undefined || (outcome === 'timed-out' && reader === undefined)
  if (isFree) return { usage: NO_USAGE, source: 'none', reportedModel, isSuspect: false }
  const reported = reader?.usage()
  const isFinal = reader?.isUsageFinal() === true
  const usage = isFinal && reported !== undefined ? reported : countedUsage(open, reported)
  return bounded(open.plan, {
    usage,
    source: isFinal && reported !== undefined ? 'provider' : 'counted',
    reportedModel,
    isSuspect: isSuspect(reader),
  })
}

const isSuspect = (reader: ReplyReader | undefined): boolean => reader?.isUsageSuspect() === true

/** What has passed, by our own count, over what the upstream has reported so far. */
function countedUsage(open: Measurable, reported: Usage | undefined): Usage {
  const base = reported ?? { ...NO_USAGE, input: open.call.countInput() }
  return { ...base, output: Math.max(base.output, open.reader?.countedOutput() ?? 0) }
}

/** Cuts a usage to what the model can physically take and give, and marks it. */
function bounded(plan: Plan, measured: Measured): Measured {
  const { usage } = measured
  const inputs = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h
  if (inputs <= plan.model.context && usage.output <= plan.outputMax) return measured
  const inputMax = plan.model.context
  const clamped: Usage = {
    input: Math.min(usage.input, inputMax),
    cacheRead: Math.min(usage.cacheRead, inputMax),
    cacheWrite5m: Math.min(usage.cacheWrite5m, inputMax),
    cacheWrite1h: Math.min(usage.cacheWrite1h, inputMax),
    output: Math.min(usage.output, plan.outputMax),
    reasoning: Math.min(usage.reasoning, plan.outputMax),
  }
  return { ...measured, usage: clamped, source: measured.source === 'provider' ? 'clamped' : measured.source, isSuspect: true }
}

/** The model the reply named, against the names this route is known by; the name itself stays here. */
function compareModel({ reader, target, plan }: Measurable): ReportedModel {
  const reported = reader?.reportedModel()
  if (reported === undefined || target === undefined) return 'absent'
  if (reported === target.route.upstreamModel) return 'asked'
  return reported === plan.model.id || reported.startsWith(`${target.route.upstreamModel}-`) ? 'alias' : 'other'
}
