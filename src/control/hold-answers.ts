import { type ControlMessage, type GatewayMessage, NONE_U32, REFUSAL_REASONS } from '../channel/index.ts'
import type { FoundKey } from '../keys/index.ts'
import { type LimitReport, millisToOpen, type Subject } from '../limits/index.ts'
import { type CallLimits, packBlock, SPEND_OWNERS, SPEND_WINDOWS } from '../spec/index.ts'
import type { Secured } from './secure-call.ts'

/** Limits of those that set none of their own. */
export type DefaultLimits = { readonly key: CallLimits; readonly account: CallLimits; readonly ip: CallLimits }

/** Why a hold is refused, with the limit that is reached where it is one. */
export type Refusal = {
  readonly reason: (typeof REFUSAL_REASONS)[number]
  readonly limit?: number
  readonly retryAfterMs?: number
  /** The limit of spending that is reached, where it is one. */
  readonly budget?: BudgetFields
  /** State of the limits; undefined when nobody knows whose. */
  readonly report?: LimitReport
}

/** A refusal as the gateway is told it. */
export function refusedMessage({ seq }: GatewayMessage<'hold'>, refusal: Refusal): ControlMessage<'refused'> {
  const { reason, limit = 0, retryAfterMs = 1_000, report, budget = NO_BUDGET } = refusal
  return { seq, reason: REFUSAL_REASONS.indexOf(reason), limit, retryAfterMs, ...budget, ...limitFields(report) }
}

type BudgetFields = Pick<ControlMessage<'refused'>, 'budgetOwner' | 'budgetWindow' | 'budget' | 'budgetEndsAt'>
const NO_BUDGET: BudgetFields = { budgetOwner: 0, budgetWindow: 0, budget: 0n, budgetEndsAt: 0 }

/** Why nothing was held for a call; `now` in milliseconds since 1970. A limit of spending is told with the end of its window. */
export function refusalOf(secured: Exclude<Secured, { result: 'granted' }>, now: number): Refusal {
  if (secured.result !== 'lacking') return { reason: secured.result }
  const { limit, endsAt } = secured
  return {
    reason: 'budget',
    retryAfterMs: endsAt === undefined ? 0 : Math.max(1, Math.ceil(endsAt - now)),
    budget: {
      budgetOwner: SPEND_OWNERS.indexOf(limit.owner),
      budgetWindow: SPEND_WINDOWS.indexOf(limit.window),
      budget: limit.limit ?? 0n,
      budgetEndsAt: endsAt === undefined ? 0 : endsAt / 1_000,
    },
  }
}

/** A grant as the gateway is told it. */
export const grantedMessage = (
  { seq }: GatewayMessage<'hold'>,
  { day, heldAt }: Pick<ControlMessage<'granted'>, 'day' | 'heldAt'>,
  report: LimitReport | undefined,
): ControlMessage<'granted'> => ({ ...limitFields(report), seq, day, heldAt })

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

/** Why a key's subscription does not let a call in at a time, in milliseconds; undefined when it does. */
export function subscriptionRefusal({ endsAt, block }: NonNullable<FoundKey['subscription']>, now: number): Refusal | undefined {
  if (endsAt !== undefined && endsAt <= now) return { reason: 'ended' }
  const opensInMs = block === undefined ? 0 : millisToOpen(block, now)
  return block === undefined || opensInMs === 0
    ? undefined
    : { reason: 'block', limit: packBlock(block), retryAfterMs: Math.ceil(opensInMs) }
}

/** Whose limits calls count against: their key's, their subscription's, their account's, their address's. */
export class Subjects {
  readonly #defaults: DefaultLimits
  /** Of keys as they were found, all but the address; and those of the last call with it: the same for many calls in a row. */
  readonly #ofKeys = new WeakMap<FoundKey, { readonly own: readonly Subject[]; ipTag: number; all: readonly Subject[] }>()

  constructor(defaults: DefaultLimits) {
    this.#defaults = defaults
  }

  of(key: FoundKey, ipTag: number): readonly Subject[] {
    const known = this.#ofKeys.get(key)
    if (known?.ipTag === ipTag) return known.all
    const own = known?.own ?? ownSubjects(key, this.#defaults)
    const all = [...own, { id: `ip:${ipTag}`, limits: this.#defaults.ip }]
    if (known === undefined) this.#ofKeys.set(key, { own, ipTag, all })
    else Object.assign(known, { ipTag, all })
    return all
  }
}

const ownSubjects = (key: FoundKey, defaults: DefaultLimits): readonly Subject[] => [
  { id: `key:${key.keyId}`, limits: withDefaults(key.limits.key, defaults.key) },
  ...(key.subscription === undefined ? [] : [{ id: `subscription:${key.subscription.id}`, limits: key.subscription.limits }]),
  { id: `account:${key.accountId}`, limits: withDefaults(key.limits.account, defaults.account) },
]

const withDefaults = (own: CallLimits, usual: CallLimits): CallLimits => ({
  requestsPerMinute: own.requestsPerMinute ?? usual.requestsPerMinute,
  tokensPerMinute: own.tokensPerMinute ?? usual.tokensPerMinute,
  concurrentCalls: own.concurrentCalls ?? usual.concurrentCalls,
})
