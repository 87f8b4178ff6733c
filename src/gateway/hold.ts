import { type ControlMessage, type GatewayMessage, NONE_U32, REFUSAL_REASONS } from '../channel/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, NANO_USD_MAX } from '../lib/index.ts'
import type { LimitState } from '../protocols/index.ts'
import { clockTime, SERVICE_TIERS, type TimeBlock, unpackBlock } from '../spec/index.ts'
import { budgetWords } from './budget-words.ts'
import type { Caller } from './callers.ts'
import type { Gateway } from './gateway.ts'
import { failOfKey } from './identify.ts'
import type { Plan } from './route.ts'

/** A hold that was granted. */
export type Held = {
  readonly message: GatewayMessage<'hold'>
  /** What control is told again with the settlement. */
  readonly granted: Pick<GatewayMessage<'renew'>, 'day' | 'heldAt'>
  readonly limits: LimitState
}

/** A call that asks to be admitted; `setLimits` is told the limits' state, granted or not. */
export type HoldQuestion = {
  readonly caller: Caller
  readonly plan: Plan
  readonly requestId: string
  readonly ipTag: number
  /** It is a part of something that is open already and has its place among concurrent calls. */
  readonly isPart?: boolean
  readonly setLimits: (limits: LimitState) => void
}

/**
 * Steps 4 and 5, admit and hold: one permit of each limit and the call's worst price, decided by control in one message.
 * Fails with requests_limited, tokens_limited, concurrency_limited, budget_exceeded, insufficient_credit, key_invalid, subscription_ended,
 * outside_time_block, unavailable.
 */
export function hold(gateway: Gateway, question: HoldQuestion): Promise<Held> {
  const { caller, plan, requestId, ipTag } = question
  const message = {
    seq: gateway.control.nextSeq(),
    requestId,
    keyId: caller.keyId,
    accountId: caller.accountId,
    modelSerial: plan.model.serial,
    priceVersion: plan.model.priceVersion,
    multiplier: caller.multiplier,
    serviceTier: SERVICE_TIERS.indexOf(plan.serviceTier),
    // No account has more than that, so it is refused as what it is: more than there is credit.
    amount: plan.worst < NANO_USD_MAX ? plan.worst : NANO_USD_MAX,
    tokens: Math.min(plan.inputMax + plan.outputMax, 0xffff_fffe),
    startedAt: Math.floor(gateway.clock.now()),
    ipTag,
    isPart: question.isPart === true ? 1 : 0,
  }
  const askedAt = gateway.clock.monotonic()
  return new Promise((resolve) => {
    gateway.control.hold(message, askedAt, (answer) => {
      if (!answer.isGranted) {
        if (answer.refused !== undefined) question.setLimits(limitStateOf(answer.refused))
        resolve(refuse(gateway, { refused: answer.refused, plan, caller }))
        return
      }
      const { granted } = answer
      gateway.control.timed(gateway.clock.monotonic() - askedAt)
      const limits = limitStateOf(granted)
      question.setLimits(limits)
      resolve({ message, granted, limits })
    })
  })
}

type Refusal = { readonly refused: ControlMessage<'refused'> | undefined; readonly plan: Plan; readonly caller: Caller }

async function refuse(gateway: Gateway, { refused, plan, caller }: Refusal): Promise<never> {
  const reason = refused === undefined ? 'busy' : REFUSAL_REASONS[refused.reason]
  const seconds = Math.max(1, Math.ceil((refused?.retryAfterMs ?? 1000) / 1000))
  const limit = refused?.limit ?? 0
  if (reason === 'credit') fail('insufficient_credit', { hold: formatUsd(plan.worst) })
  if (reason === 'requests') fail('requests_limited', { limit, seconds })
  if (reason === 'tokens') fail('tokens_limited', { limit, seconds })
  if (reason === 'concurrency') fail('concurrency_limited', { limit, seconds })
  if (reason === 'block') failOutside(unpackBlock(limit), seconds)
  if (reason === 'ended') {
    gateway.callers.forgetKey(caller.keyId)
    fail('subscription_ended')
  }
  if (reason === 'budget' && refused !== undefined) fail('budget_exceeded', { ...budgetWords(refused, plan.worst) })
  if (reason === 'key') return await failOfKey(gateway, caller)
  return fail('unavailable', { seconds })
}

/** A seat serves in its block of the day alone. */
function failOutside(block: TimeBlock | undefined, seconds: number): never {
  if (block === undefined) return fail('unavailable', { seconds: 1 })
  const { name, fromMinute, toMinute } = block
  return fail('outside_time_block', { block: name, from: clockTime(fromMinute), to: clockTime(toMinute), wait: waitOf(seconds), seconds })
}

/** "3 h 12 min", rounded up to a minute. */
function waitOf(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return [...(minutes < 60 ? [] : [`${Math.floor(minutes / 60)} h`]), `${minutes % 60} min`].join(' ')
}

type LimitFields = Pick<
  ControlMessage<'granted'>,
  'limitRequests' | 'remainingRequests' | 'resetRequestsMs' | 'limitTokens' | 'remainingTokens' | 'resetTokensMs'
>

function limitStateOf(fields: LimitFields): LimitState {
  const { limitRequests, limitTokens } = fields
  if (limitRequests === NONE_U32 && limitTokens === NONE_U32) return NO_LIMITS
  const requests = { limit: limitRequests, remaining: fields.remainingRequests, resetMs: fields.resetRequestsMs }
  if (limitTokens === NONE_U32) return { requests }
  const tokens = { limit: limitTokens, remaining: fields.remainingTokens, resetMs: fields.resetTokensMs }
  return limitRequests === NONE_U32 ? { tokens } : { requests, tokens }
}

const NO_LIMITS: LimitState = {}
