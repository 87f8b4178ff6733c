import type { DecodedCall, ReplyReader } from '../protocols/index.ts'
import {
  billingRuleOf,
  type CallStage,
  COUNTED_CLASSES,
  type CustomerPays,
  inputTokensOf,
  NO_USAGE,
  type Outcome,
  outputTokensOf,
  piecesOf,
  type ReportedModel,
  type ServiceTier,
  type Usage,
  type UsageSource,
} from '../spec/index.ts'
import type { Leg } from './legs.ts'
import type { Plan } from './route.ts'

/** A call as far as its usage goes; `leg` is undefined when no upstream was called, `reader` when none answered. */
export type Measurable = {
  /** Whether an upstream has the request and has not failed. */
  readonly isWithUpstream: boolean
  /** Whether the headers of the reply told that it was served in the usual tier. */
  readonly isUsualTier?: boolean
  readonly call: DecodedCall
  readonly plan: Plan
  readonly leg: Leg | undefined
  readonly reader: ReplyReader | undefined
  /** Milliseconds since the call came in. */
  readonly elapsedMs: number
}

/** What a call used, and how far that can be trusted. */
export type Measured = {
  readonly usage: Usage
  readonly source: UsageSource
  readonly reportedModel: ReportedModel
  readonly isSuspect: boolean
  /** The tier that is charged. */
  readonly serviceTier: ServiceTier
  /** What the upstream told, where `usage` is cut to what can be. */
  readonly reported: Usage | undefined
}

/** The usage that the customer owes for a call that ends now, by the one rule for its end. */
export function measure(open: Measurable, outcome: Outcome): Measured {
  const { reader } = open
  const final = reader?.isUsageFinal() === true ? reader.usage() : undefined
  const { customerPays } = billingRuleOf({ outcome, stage: stageOf(open), isUsageFinal: final !== undefined })
  const usage = owedUsage(open, customerPays, final)
  const isOwed = usage !== undefined && open.call.isFree !== true
  const measured: Measured = {
    usage: isOwed ? usage : NO_USAGE,
    source: isOwed ? (customerPays === 'reported' ? 'provider' : 'counted') : 'none',
    reportedModel: compareModel(open),
    isSuspect: isOwed && (isSuspect(reader) || isTooFast(usage, open.elapsedMs)),
    serviceTier: tierOf(open),
    reported: undefined,
  }
  if (!isOwed) return measured
  return bounded(open.plan, hasPricePerCall(open) ? { ...measured, usage: { ...usage, calls: 1 } } : measured)
}

/** Whether anybody asks something for the call itself, where it counts as one; all others need not keep that it was one. */
const hasPricePerCall = ({ call, plan, leg }: Measurable): boolean =>
  call.counts.calls !== undefined &&
  (plan.model.price.some(({ rates }) => rates.calls > 0n) || leg?.target.route.cost?.some(({ rates }) => rates.calls > 0n) === true)

/** The tier that the reply says it was served in, if that is the one asked for or the usual one: what is held covers these. */
function tierOf({ reader, leg, plan, isUsualTier = false }: Measurable): ServiceTier {
  return (reader?.serviceTier() ?? (isUsualTier ? 'standard' : undefined)) === 'standard'
    ? 'standard'
    : (leg?.call.serviceTier ?? plan.serviceTier)
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
    case 'estimated':
    case 'counted':
      return countedUsage(open)
  }
}

/** No model makes more tokens in a second. Source: the fastest that providers publish, several times over (2026-11-26). */
const TOKENS_PER_SECOND_MAX = 20_000
/** Answers that come at once are measured as if they had taken as long. */
const ELAPSED_MS_MIN = 50

const isTooFast = (usage: Usage, elapsedMs: number): boolean =>
  outputTokensOf(usage) > (TOKENS_PER_SECOND_MAX * Math.max(elapsedMs, ELAPSED_MS_MIN)) / 1_000

const isSuspect = (reader: ReplyReader | undefined): boolean => reader?.isUsageSuspect() === true

/** The first class of a call's prompt is that of its text. */
function promptUsage(open: Measurable): Usage {
  const call = open.leg?.call ?? open.call
  return { ...NO_USAGE, ...(call.promptUsage?.() ?? { [call.inputClasses[0] ?? 'input']: call.countInput() }) }
}

/** What has passed, by our own count, over what the upstream has reported so far. */
const countedUsage = (open: Measurable): Usage => withCounted(open, open.reader?.usage() ?? promptUsage(open))

/**
 * A usage that was reported so far, raised to what has passed by our own count. Pictures and sound raise it only as far as more was
 * counted than reported in all, since what was reported may be of them; pictures that are sold by the piece have no tokens.
 */
function withCounted({ reader, leg, plan }: Pick<Measurable, 'reader' | 'leg' | 'plan'>, base: Usage): Usage {
  if (reader === undefined) return base
  const made = leg?.call.madeClass ?? 'output'
  const counted = reader.countedOutput()
  const usage = { ...base, [made]: Math.max(base[made], counted) }
  const media = reader.countedMedia?.()
  if (media === undefined) return usage
  const pictures = plan.model.price.some(({ rates }) => rates.images > 0n) ? 0 : media.imageOutput
  const left = Math.max(0, counted + pictures + media.audioOutput - outputTokensOf(usage))
  const imageOutput = Math.min(Math.max(usage.imageOutput, pictures), usage.imageOutput + left)
  const soundLeft = left - (imageOutput - usage.imageOutput)
  const audioOutput = Math.min(Math.max(usage.audioOutput, media.audioOutput), usage.audioOutput + soundLeft)
  return { ...usage, imageOutput, audioOutput }
}

/** What is known of a call that goes on, over what was reported so far: no more is made than the model can. */
export function progressOf(open: Pick<Measurable, 'reader' | 'leg' | 'plan'>, reported: Usage): Usage {
  const usage = withCounted(open, reported)
  return { ...usage, ...cutTo(usage, CHEAP_OUTPUTS, open.plan.outputMax) }
}

/** Cuts a usage to what the model can physically take and give and to what the call's tools may come to, and marks it. */
function bounded({ readMax, outputMax, counts }: Plan, measured: Measured): Measured {
  const { usage } = measured
  const beyond = piecesOf(usage) === 0 ? [] : COUNTED_CLASSES.filter((name) => usage[name] > (counts[name] ?? usage[name]))
  if (inputTokensOf(usage) <= readMax && outputTokensOf(usage) <= outputMax && beyond.length === 0) return measured
  const cut = {
    ...usage,
    ...cutTo(usage, CHEAP_INPUTS, readMax),
    ...cutTo(usage, CHEAP_OUTPUTS, outputMax),
    ...Object.fromEntries(beyond.map((name) => [name, counts[name]])),
  }
  const within = { ...cut, reasoning: Math.min(usage.reasoning, cut.output) }
  if (measured.source !== 'provider') return { ...measured, usage: within, isSuspect: true }
  return { ...measured, usage: within, source: 'clamped', isSuspect: true, reported: usage }
}

/** Classes in the order of what they usually cost, the cheapest first. */
const CHEAP_INPUTS = ['cacheRead', 'embedding', 'input', 'cacheWrite5m', 'cacheWrite1h', 'imageInput', 'audioInput'] as const
const CHEAP_OUTPUTS = ['output', 'imageOutput', 'audioOutput'] as const

/** Fills what the model can take or make with the classes in their order. */
function cutTo(usage: Usage, classes: readonly (keyof Usage)[], tokensMax: number): Partial<Usage> {
  let left = tokensMax
  const cut: { -readonly [Class in keyof Usage]?: number } = {}
  for (const name of classes) {
    cut[name] = Math.min(usage[name], left)
    left -= cut[name]
  }
  return cut
}

/** The model the reply named, against the names this route is known by; the name itself stays here. */
function compareModel({ reader, leg, plan }: Measurable): ReportedModel {
  const reported = reader?.reportedModel()
  if (reported === undefined || leg === undefined) return 'absent'
  const { upstreamModel } = leg.target.route
  if (reported === upstreamModel) return 'asked'
  return isNamed(reported, plan.model.id) || isNamed(reported, upstreamModel) ? 'alias' : 'other'
}

/** Whether a reply names a model, or a dated release of it. */
const isNamed = (reported: string, name: string): boolean =>
  reported.startsWith(name) && (reported.length === name.length || reported.charAt(name.length) === '-')
