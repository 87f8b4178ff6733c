import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import { inputTokensOf, outputTokensOf, REPORTED_MODELS, SERVICE_TIERS, USAGE_SOURCES } from '../spec/index.ts'
import type { Measured } from './measure.ts'

/** What of a settlement says what was used. */
export const settlementFields = ({ usage, serviceTier, source, reportedModel, isSuspect, reported }: Measured) =>
  ({
    ...usage,
    serviceTier: SERVICE_TIERS.indexOf(serviceTier),
    reportedInput: reported === undefined ? NONE_U32 : inputTokensOf(reported),
    reportedOutput: reported === undefined ? NONE_U32 : outputTokensOf(reported),
    usageSource: USAGE_SOURCES.indexOf(source),
    reportedModel: REPORTED_MODELS.indexOf(reportedModel),
    isSuspect: isSuspect ? 1 : 0,
  }) satisfies Partial<GatewayMessage<'settle'>>

/** Milliseconds as they cross the control channel. */
export const channelMillis = (millis: number): number => Math.min(Math.max(0, Math.round(millis)), NONE_U32 - 1)
