import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import type { HeldSpending, OpenCallRow, Settlement } from '../ledger/index.ts'
import { type Clock, NANO_USD_MAX, type NanoUsd } from '../lib/index.ts'
import {
  inputTokensOf,
  NO_USAGE,
  OUTCOMES,
  outputTokensOf,
  type Price,
  priceOf,
  SERVICE_TIERS,
  type ServiceTier,
  USAGE_SOURCES,
  type Usage,
} from '../spec/index.ts'

/** Largest number that fits PostgreSQL's integer; what a message says beyond it is cut, so that no message can stop a batch. */
const INTEGER_MAX = 0x7fff_ffff

/** The usage in a message; spelled out, as it is read of every call. */
export const usageOf = (fields: Usage): Usage => ({
  input: Math.min(fields.input, INTEGER_MAX),
  cacheRead: Math.min(fields.cacheRead, INTEGER_MAX),
  cacheWrite5m: Math.min(fields.cacheWrite5m, INTEGER_MAX),
  cacheWrite1h: Math.min(fields.cacheWrite1h, INTEGER_MAX),
  output: Math.min(fields.output, INTEGER_MAX),
  reasoning: Math.min(fields.reasoning, INTEGER_MAX),
  imageInput: Math.min(fields.imageInput, INTEGER_MAX),
  audioInput: Math.min(fields.audioInput, INTEGER_MAX),
  imageOutput: Math.min(fields.imageOutput, INTEGER_MAX),
  audioOutput: Math.min(fields.audioOutput, INTEGER_MAX),
  embedding: Math.min(fields.embedding, INTEGER_MAX),
  images: Math.min(fields.images, INTEGER_MAX),
  webSearches: Math.min(fields.webSearches, INTEGER_MAX),
  toolCalls: Math.min(fields.toolCalls, INTEGER_MAX),
  calls: Math.min(fields.calls, INTEGER_MAX),
  audioSeconds: Math.min(fields.audioSeconds, INTEGER_MAX),
  characters: Math.min(fields.characters, INTEGER_MAX),
})

/** Tokens that count against a limit: every class once. */
export const tokensOf = (usage: Usage): number => inputTokensOf(usage) + outputTokensOf(usage)

/** The service tier that a number stands for; an unknown one is the usual. */
export const tierOf = (index: number): ServiceTier => SERVICE_TIERS[index] ?? 'standard'

/** What a usage is priced at by the tier and the multiplier that a message tells. */
export const priceOfCall = (price: Price, usage: Usage, { serviceTier, multiplier }: PricedMessage): NanoUsd =>
  priceOf(price, usage, { serviceTier: tierOf(serviceTier), multiplier })

type PricedMessage = { readonly serviceTier: number; readonly multiplier: number }

/** What a call's price is paid with: `cost` by the balance or by the plan that `spending` names, what is above it by the house. */
export type Paid = {
  readonly cost: NanoUsd
  readonly spending: HeldSpending | undefined
  readonly shortfall: NanoUsd
  readonly upstreamCost: NanoUsd | undefined
}

/** What is known here of an open call: it stands, whatever the gateway says with its settlement. */
export type OwnFields = Pick<
  OpenCallRow,
  'accountId' | 'keyId' | 'day' | 'heldAt' | 'modelSerial' | 'priceVersion' | 'multiplier' | 'startedAt'
>

/** A call that ended, as its gateway tells it, and as it was let in; the message tells both where nobody here knows it. */
export type EndedCall = { readonly told: GatewayMessage<'settle'>; readonly own: OwnFields; readonly usage: Usage }

/** The settlement of a call at its price: the part the customer or its plan pays, and the rest, which is the house's. */
export function settlementOf({ told: message, own, usage }: EndedCall, paid: Paid): Settlement {
  const plan = paid.spending?.coveredBy
  return {
    requestId: message.requestId,
    day: own.day,
    accountId: own.accountId,
    keyId: own.keyId,
    startedAt: own.startedAt,
    modelSerial: own.modelSerial,
    routeSerial: message.routeSerial,
    priceVersion: own.priceVersion,
    outcome: message.outcome,
    status: Math.min(message.status, 0x7fff),
    usageSource: message.usageSource,
    reportedModel: message.reportedModel,
    isStream: message.isStream === 1,
    isSuspect: message.isSuspect === 1,
    latencyMs: Math.min(message.latencyMs, INTEGER_MAX),
    firstByteMs: message.firstByteMs === NONE_U32 ? undefined : Math.min(message.firstByteMs, INTEGER_MAX),
    usage,
    multiplier: own.multiplier,
    serviceTier: message.serviceTier,
    reportedInput: toldOf(message.reportedInput),
    reportedOutput: toldOf(message.reportedOutput),
    hold: message.amount > 0n ? message.amount : 0n,
    cost: plan === undefined ? paid.cost : 0n,
    covered: plan === undefined ? undefined : { by: plan, amount: paid.cost },
    spentIn: paid.spending?.names,
    upstreamCost: paid.upstreamCost === undefined ? undefined : fitting(paid.upstreamCost),
    shortfall: fitting(paid.shortfall),
  }
}

/** What no account can have is cut to what can be written, so that no message can stop a batch. */
const fitting = (amount: NanoUsd): NanoUsd => (amount < NANO_USD_MAX ? amount : NANO_USD_MAX)

const toldOf = (tokens: number): number | undefined => (tokens === NONE_U32 ? undefined : Math.min(tokens, INTEGER_MAX))

/** A call that nobody settles any more; `openedAt` is a time of the monotonic clock, undefined for one that another process let in. */
export type LostCall = {
  readonly row: OpenCallRow
  readonly amount: NanoUsd
  readonly usage: Usage
  readonly routeSerial: number
  readonly openedAt?: number
}

/** What a gateway that died would have told of a call, as far as it is known. */
export function lostSettlement({ row, amount, usage, routeSerial, openedAt }: LostCall, clock: Clock): GatewayMessage<'settle'> {
  const { requestId, accountId, keyId, day, heldAt, modelSerial, priceVersion, multiplier, serviceTier, startedAt } = row
  const lastedMs = openedAt === undefined ? clock.now() - startedAt : clock.monotonic() - openedAt
  return {
    ...{ requestId, accountId, keyId, day, heldAt, modelSerial, priceVersion, multiplier, serviceTier, startedAt, amount, routeSerial },
    ...usage,
    ...{ reportedInput: NONE_U32, reportedOutput: NONE_U32 },
    ...{ seq: 0, tokens: 0, ipTag: 0, isPart: 0, status: 0, reportedModel: 0, isSuspect: 0 },
    outcome: OUTCOMES.indexOf('gateway-lost'),
    usageSource: USAGE_SOURCES.indexOf('estimated'),
    isStream: 1,
    latencyMs: Math.min(Math.max(0, Math.floor(lastedMs)), NONE_U32 - 1),
    firstByteMs: NONE_U32,
  }
}

/** The row of a call that begins, held for on a day and at a time as its gateway is told; it is written down when it is open for long. */
export const openRow = (message: GatewayMessage<'hold'>, held: Pick<OpenCallRow, 'day' | 'heldAt'>): OpenCallRow => ({
  requestId: message.requestId,
  accountId: message.accountId,
  keyId: message.keyId,
  day: held.day,
  modelSerial: message.modelSerial,
  routeSerial: 0,
  priceVersion: message.priceVersion,
  multiplier: message.multiplier,
  serviceTier: message.serviceTier,
  hold: message.amount,
  startedAt: message.startedAt,
  heldAt: held.heldAt,
  usage: NO_USAGE,
})
