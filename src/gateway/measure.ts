import type { DecodedCall, ReplyReader } from '../protocols/index.ts'
import {
  billingRuleOf,
  type CallStage,
  type CustomerPays,
  NO_USAGE,
  type Outcome,
  type ReportedModel,
  type Usage,
  type UsageSource,
} from '../spec/index.ts'
import type { Plan, Target } from './route.ts'

/** A call as far as its usage goes; `target` is undefined when no upstream was called, `reader` when none answered. */
export type Measurable = {
  /** Whether an upstream has the request and has not failed. */
  readonly isWithUpstream: boolean
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

/** The usage that the customer owes for a call that ends now, by the one rule for its end. */
export function measure(open: Measurable, outcome: Outcome): Measured {
  const { reader } = open
  const final = reader?.isUsageFinal() === true ? reader.usage() : undefined
  const { customerPays } = billingRuleOf({ outcome, stage: stageOf(open), isUsageFinal: final !== undefined })
  const reportedModel = compareModel(open)
  const usage = owedUsage(open, customerPays, final)
  if (usage === undefined) return { usage: NO_USAGE, source: 'none', reportedModel, isSuspect: false }
  const source = customerPays === 'reported' ? 'provider' : 'counted'
  return bounded(open.plan, { usage, source, reportedModel, isSuspect: isSuspect(reader) })
}

function stageOf({ reader, isWithUpstream }: Measurable): CallStage {
  if (reader !== undefined) return 'begun'
  return isWithUpstream ? 'sent' : 'unsent'
}

/** What is charged; undefined for nothing. */
function owedUsage(open: Measurable, pays: CustomerPays, final: Usage | undefined): Usage | undefined {
  switch (pays) {
    case 'nothing':
      return undefined
    case 'prompt':
      return promptUsage(open)
    case 'reported':
      return final
    case 'counted':
      return countedUsage(open)
  }
}

const isSuspect = (reader: ReplyReader | undefined): boolean => reader?.isUsageSuspect() === true

const promptUsage = (open: Measurable): Usage => ({ ...NO_USAGE, input: open.call.countInput() })

/** What has passed, by our own count, over what the upstream has reported so far. */
function countedUsage(open: Measurable): Usage {
  const base = open.reader?.usage() ?? promptUsage(open)
  return { ...base, output: Math.max(base.output, open.reader?.countedOutput() ?? 0) }
}

/** Cuts a usage to what the model can physically take and give, and marks it. */
function bounded(plan: Plan, measured: Measured): Measured {
  const { usage } = measured
  const inputs = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h
  if (inputs <= plan.model.context && usage.output <= plan.outputMax) return measured
  const output = Math.min(usage.output, plan.outputMax)
  const cut = { ...cutInputs(usage, plan.model.context), output, reasoning: Math.min(usage.reasoning, output) }
  return { ...measured, usage: cut, source: measured.source === 'provider' ? 'clamped' : measured.source, isSuspect: true }
}

/** Fills what the model can take with the classes in the order of what they usually cost, the cheapest first. */
function cutInputs(usage: Usage, inputMax: number): Omit<Usage, 'output' | 'reasoning'> {
  const cacheRead = Math.min(usage.cacheRead, inputMax)
  const input = Math.min(usage.input, inputMax - cacheRead)
  const cacheWrite5m = Math.min(usage.cacheWrite5m, inputMax - cacheRead - input)
  const cacheWrite1h = Math.min(usage.cacheWrite1h, inputMax - cacheRead - input - cacheWrite5m)
  return { cacheRead, input, cacheWrite5m, cacheWrite1h }
}

/** The model the reply named, against the names this route is known by; the name itself stays here. */
function compareModel({ reader, target, plan }: Measurable): ReportedModel {
  const reported = reader?.reportedModel()
  if (reported === undefined || target === undefined) return 'absent'
  if (reported === target.route.upstreamModel) return 'asked'
  return reported === plan.model.id || reported.startsWith(`${target.route.upstreamModel}-`) ? 'alias' : 'other'
}
