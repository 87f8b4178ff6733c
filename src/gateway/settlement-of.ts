import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import { inputTokensOf, OUTCOMES, type Outcome, outputTokensOf, REPORTED_MODELS, SERVICE_TIERS, USAGE_SOURCES } from '../spec/index.ts'
import type { Held } from './hold.ts'
import type { Measured } from './measure.ts'

/** How a call ended, for its settlement. */
export type EndedCall = Pick<GatewayMessage<'settle'>, 'routeSerial' | 'status' | 'isStream' | 'latencyMs' | 'firstByteMs'> & {
  readonly held: Pick<Held, 'message' | 'granted'>
  readonly measured: Measured
  readonly outcome: Outcome
}

/** The settlement of a call that was held for; spelled out, as it is made for every call. */
export function settlementOf(ended: EndedCall): GatewayMessage<'settle'> {
  const { measured } = ended
  const { message, granted } = ended.held
  const { usage, reported } = measured
  return {
    seq: message.seq,
    requestId: message.requestId,
    keyId: message.keyId,
    accountId: message.accountId,
    modelSerial: message.modelSerial,
    priceVersion: message.priceVersion,
    multiplier: message.multiplier,
    serviceTier: SERVICE_TIERS.indexOf(measured.serviceTier),
    amount: message.amount,
    tokens: message.tokens,
    startedAt: message.startedAt,
    ipTag: message.ipTag,
    isPart: message.isPart,
    day: granted.day,
    heldAt: granted.heldAt,
    routeSerial: ended.routeSerial,
    outcome: OUTCOMES.indexOf(ended.outcome),
    status: ended.status,
    usageSource: USAGE_SOURCES.indexOf(measured.source),
    reportedModel: REPORTED_MODELS.indexOf(measured.reportedModel),
    isStream: ended.isStream,
    isSuspect: measured.isSuspect ? 1 : 0,
    latencyMs: ended.latencyMs,
    firstByteMs: ended.firstByteMs,
    reportedInput: reported === undefined ? NONE_U32 : inputTokensOf(reported),
    reportedOutput: reported === undefined ? NONE_U32 : outputTokensOf(reported),
    input: usage.input,
    cacheRead: usage.cacheRead,
    cacheWrite5m: usage.cacheWrite5m,
    cacheWrite1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning,
    imageInput: usage.imageInput,
    audioInput: usage.audioInput,
    imageOutput: usage.imageOutput,
    audioOutput: usage.audioOutput,
    embedding: usage.embedding,
    images: usage.images,
    webSearches: usage.webSearches,
    toolCalls: usage.toolCalls,
    calls: usage.calls,
    audioSeconds: usage.audioSeconds,
    characters: usage.characters,
  }
}

/** Milliseconds as they cross the control channel. */
export const channelMillis = (millis: number): number => Math.min(Math.max(0, Math.round(millis)), NONE_U32 - 1)
