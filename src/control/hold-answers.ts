import { type ControlMessage, type GatewayMessage, NONE_U32, REFUSAL_REASONS } from '../channel/index.ts'
import type { FoundKey } from '../keys/index.ts'
import type { LimitReport, Subject } from '../limits/index.ts'
import type { CallLimits } from '../spec/index.ts'

/** Limits of those that set none of their own. */
export type DefaultLimits = { readonly key: CallLimits; readonly account: CallLimits; readonly ip: CallLimits }

/** Why a hold is refused, with the limit that is reached where it is one. */
export type Refusal = {
  readonly reason: (typeof REFUSAL_REASONS)[number]
  readonly limit?: number
  readonly retryAfterMs?: number
  /** State of the limits; undefined when nobody knows whose. */
  readonly report?: LimitReport
}

/** A refusal as the gateway is told it. */
export function refusedMessage({ seq }: GatewayMessage<'hold'>, refusal: Refusal): ControlMessage<'refused'> {
  const { reason, limit = 0, retryAfterMs = 1_000, report } = refusal
  return { seq, reason: REFUSAL_REASONS.indexOf(reason), limit, retryAfterMs, ...limitFields(report) }
}

/** A grant as the gateway is told it; `day` is the partition of the call's row. */
export const grantedMessage = ({ seq }: GatewayMessage<'hold'>, granted: Granted): ControlMessage<'granted'> => ({
  seq,
  day: granted.day,
  ...limitFields(granted.report),
})

type Granted = { readonly day: number; readonly report: LimitReport | undefined }

type LimitFields = Pick<
  ControlMessage<'granted'>,
  'limitRequests' | 'remainingRequests' | 'resetRequestsMs' | 'limitTokens' | 'remainingTokens' | 'resetTokensMs'
>

const limitFields = (report: LimitReport | undefined): LimitFields => ({
  limitRequests: report?.requests?.limit ?? NONE_U32,
  remainingRequests: report?.requests?.remaining ?? 0,
  resetRequestsMs: report?.resetMs ?? 0,
  limitTokens: report?.tokens?.limit ?? NONE_U32,
  remainingTokens: report?.tokens?.remaining ?? 0,
  resetTokensMs: report?.resetMs ?? 0,
})

/** Whose limits a call counts against: its key's, its account's, its address's. */
export const subjectsOf = (key: FoundKey, ipTag: number, defaults: DefaultLimits): readonly Subject[] => [
  { id: `key:${key.keyId}`, limits: withDefaults(key.limits.key, defaults.key) },
  { id: `account:${key.accountId}`, limits: withDefaults(key.limits.account, defaults.account) },
  { id: `ip:${ipTag}`, limits: defaults.ip },
]

const withDefaults = (own: CallLimits, usual: CallLimits): CallLimits => ({
  requestsPerMinute: own.requestsPerMinute ?? usual.requestsPerMinute,
  tokensPerMinute: own.tokensPerMinute ?? usual.tokensPerMinute,
  concurrentCalls: own.concurrentCalls ?? usual.concurrentCalls,
})
