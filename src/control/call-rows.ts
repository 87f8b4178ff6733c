import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import type { OpenCallRow, Settlement } from '../ledger/index.ts'
import { NANO_USD_MAX, type NanoUsd } from '../lib/index.ts'
import { OUTCOMES, USAGE_SOURCES, type Usage } from '../spec/index.ts'

/** Largest number that fits PostgreSQL's integer; what a message says beyond it is cut, so that no message can stop a batch. */
const INTEGER_MAX = 0x7fff_ffff

/** The usage in a message. */
export const usageOf = (fields: Usage): Usage => ({
  input: Math.min(fields.input, INTEGER_MAX),
  cacheRead: Math.min(fields.cacheRead, INTEGER_MAX),
  cacheWrite5m: Math.min(fields.cacheWrite5m, INTEGER_MAX),
  cacheWrite1h: Math.min(fields.cacheWrite1h, INTEGER_MAX),
  output: Math.min(fields.output, INTEGER_MAX),
  reasoning: Math.min(fields.reasoning, INTEGER_MAX),
})

/** Tokens that count against a limit: every class once. */
export const tokensOf = (usage: Usage): number => usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output

/** The settlement that a message tells, at its price: the part the customer pays, and the rest, which is the house's. */
export function settlementOf(message: GatewayMessage<'settle'>, paid: Pick<Settlement, 'cost' | 'shortfall'>): Settlement {
  const { requestId, day, accountId, keyId, startedAt, modelSerial, routeSerial, priceVersion, outcome, status } = message
  return {
    ...{ requestId, day, accountId, keyId, startedAt, modelSerial, routeSerial, priceVersion, outcome },
    status: Math.min(status, 0x7fff),
    usageSource: message.usageSource,
    reportedModel: message.reportedModel,
    isStream: message.isStream === 1,
    isSuspect: message.isSuspect === 1,
    latencyMs: Math.min(message.latencyMs, INTEGER_MAX),
    firstByteMs: message.firstByteMs === NONE_U32 ? undefined : Math.min(message.firstByteMs, INTEGER_MAX),
    usage: usageOf(message),
    hold: message.amount > 0n ? message.amount : 0n,
    cost: paid.cost,
    shortfall: paid.shortfall < NANO_USD_MAX ? paid.shortfall : NANO_USD_MAX,
  }
}

/** A call that nobody settles any more. */
export type LostCall = { readonly row: OpenCallRow; readonly amount: NanoUsd; readonly usage: Usage; readonly routeSerial: number }

/** What a gateway that died would have told of a call, as far as it is known. */
export function lostSettlement({ row, amount, usage, routeSerial }: LostCall, now: number): GatewayMessage<'settle'> {
  const { requestId, accountId, keyId, day, modelSerial, priceVersion, startedAt } = row
  return {
    ...{ requestId, accountId, keyId, day, modelSerial, priceVersion, startedAt, amount, routeSerial, ...usage },
    ...{ seq: 0, tokens: 0, ipTag: 0, status: 0, reportedModel: 0, isSuspect: 0 },
    outcome: OUTCOMES.indexOf('gateway-lost'),
    usageSource: USAGE_SOURCES.indexOf('counted'),
    isStream: 1,
    latencyMs: Math.min(Math.max(0, Math.floor(now - startedAt)), NONE_U32 - 1),
    firstByteMs: NONE_U32,
  }
}
