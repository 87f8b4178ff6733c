import type { Settlement } from '../ledger/index.ts'
import {
  cardOf,
  formatMultiplier,
  inputTokensOf,
  NAMED_CLASSES,
  type NamedClass,
  OUTCOMES,
  outputTokensOf,
  type Price,
  piecesOf,
  type RateCard,
  REPORTED_MODELS,
  SERVICE_TIERS,
  settledStageOf,
  USAGE_SOURCES,
  type Usage,
} from '../spec/index.ts'
import { wordOf } from './call-rows.ts'

/** What the numbers of a settlement stand for: `model` and `route` as JSON, as they stand in a receipt, and when it began, to the second. */
export type LeafNames = {
  readonly day: string
  readonly startedAt: string
  readonly model: string
  readonly route: string
  readonly price: Price
}

/** What receipts say of one kind of calls, in the parts that stand between what each call has of its own, and what makes it that kind. */
type Frame = Pick<
  Settlement,
  'modelSerial' | 'priceVersion' | 'multiplier' | 'serviceTier' | 'outcome' | 'usageSource' | 'reportedModel'
> & {
  readonly day: string
  readonly inputAbove: number
  readonly hasBegun: boolean
  readonly used: readonly NamedClass[]
  /** What stands before the account, the cost, the hold, the key, what was reported, the request, the shortfall, the time and the end. */
  readonly texts: readonly [string, string, string, string, string, string, string, string, string]
  /** What stands before each count of `used`. */
  readonly counts: readonly string[]
}

/** So many kinds are known of a route before they are forgotten. */
const FRAMES_MAX = 32
const ROUTES_MAX = 4_096

/**
 * What receipts will say of calls that are written now, as `callOf` has it of their rows: the same text in an eighth of the time, as no row and
 * no object is made, and what calls of a kind have in common is put together once. Of whose calls they were nothing is kept. Names and prices never
 * change under their numbers, so a frame holds for good. No value needs quoting but those that come as JSON.
 */
export class LeafTexts {
  readonly #frames = new Map<number, Frame[]>()

  /** The text of a call. Throws RangeError for a number that is no word of spec. */
  of(call: Settlement, names: LeafNames): string {
    const { usage, covered } = call
    const frame = this.#frameOf(call, names)
    const [account, cost, hold, key, reported, request, shortfall, time, end] = frame.texts
    return (
      account +
      call.accountId +
      cost +
      call.cost +
      (covered === undefined ? '' : `","covered_by":"${covered.by}","covered_nano_usd":"${covered.amount}`) +
      hold +
      call.hold +
      key +
      call.keyId +
      reported +
      (call.reportedInput === undefined ? '' : `"reported":{"input":${call.reportedInput},"output":${call.reportedOutput ?? 0}},`) +
      request +
      call.requestId +
      shortfall +
      call.shortfall +
      time +
      names.startedAt +
      countsText(frame, usage) +
      end
    )
  }

  #frameOf(call: Settlement, names: LeafNames): Frame {
    const card = cardOf(names.price, inputTokensOf(call.usage), wordOf(SERVICE_TIERS, call.serviceTier))
    const known = this.#frames.get(call.routeSerial) ?? []
    for (const frame of known) if (isOfKind(frame, call, card) && frame.day === names.day) return frame
    const frame = makeFrame(call, names, card)
    if (this.#frames.size >= ROUTES_MAX) this.#frames.clear()
    this.#frames.set(call.routeSerial, known.length < FRAMES_MAX ? [...known, frame] : [frame])
    return frame
  }
}

const isOfKind = (frame: Frame, call: Settlement, card: RateCard): boolean =>
  frame.modelSerial === call.modelSerial &&
  frame.priceVersion === call.priceVersion &&
  frame.inputAbove === card.inputAbove &&
  frame.multiplier === call.multiplier &&
  frame.serviceTier === call.serviceTier &&
  frame.outcome === call.outcome &&
  frame.usageSource === call.usageSource &&
  frame.reportedModel === call.reportedModel &&
  frame.hasBegun === (call.firstByteMs !== undefined) &&
  isAllUsed(frame.used, call.usage)

/** Whether a call used each of these classes and no other: no count is negative, so nothing is left of their sum then. */
function isAllUsed(classes: readonly NamedClass[], usage: Usage): boolean {
  let others = inputTokensOf(usage) + outputTokensOf(usage) + usage.reasoning + piecesOf(usage)
  for (const { class: key } of classes) {
    const count = usage[key]
    if (count === 0) return false
    others -= count
  }
  return others === 0
}

function countsText({ used, counts }: Frame, usage: Usage): string {
  let text = ''
  let index = 0
  for (const { class: key } of used) {
    text += counts[index]
    text += usage[key]
    index += 1
  }
  return text
}

function makeFrame(call: Settlement, { day, model, route }: LeafNames, card: RateCard): Frame {
  const { usage, modelSerial, priceVersion, multiplier, serviceTier, outcome, usageSource, reportedModel, firstByteMs } = call
  const tier = wordOf(SERVICE_TIERS, serviceTier)
  const words = { outcome: wordOf(OUTCOMES, outcome), usageSource: wordOf(USAGE_SOURCES, usageSource) }
  const used = NAMED_CLASSES.filter((named) => usage[named.class] > 0)
  const rates = used.map((named) => `"${named.name}":"${card.rates[named.class]}"`)
  return {
    ...{ modelSerial, priceVersion, multiplier, serviceTier, outcome, usageSource, reportedModel, day, used },
    inputAbove: card.inputAbove,
    hasBegun: firstByteMs !== undefined,
    texts: [
      '{"account_id":"',
      flat(`","card":{"prompt_above":${card.inputAbove},"service_tier":"${card.serviceTier}"},"cost_nano_usd":"`),
      flat(`","day":"${day}","hold_nano_usd":"`),
      '","key_id":"',
      flat(
        `","model":${model},"multiplier":"${formatMultiplier(multiplier)}","outcome":"${words.outcome}",` +
          `"price_version":${priceVersion},"rates":{${rates.join()}},`,
      ),
      flat(`"reported_model":"${wordOf(REPORTED_MODELS, reportedModel)}","request_id":"`),
      flat(`","route":${route},"service_tier":"${tier}","shortfall_nano_usd":"`),
      flat(`","stage":"${settledStageOf({ ...words, firstByteMs })}","started_at":"`),
      flat(`${used.length === 0 ? '","usage":{' : ''}},"usage_source":"${words.usageSource}","version":2}`),
    ],
    counts: used.map(({ name }, index) => flat(index === 0 ? `","usage":{"${name}":` : `,"${name}":`)),
  }
}

/** A text as one piece: what V8 put together stays a tree of its parts, which would be walked for each call. */
const flat = (text: string): string => Buffer.from(text).toString()
