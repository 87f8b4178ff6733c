import type { ControlMessage, GatewayMessage } from '../channel/index.ts'
import type { FoundKey } from '../keys/index.ts'
import type { GroupCommit, HeldSpending } from '../ledger/index.ts'
import { type Clock, utcDayOf } from '../lib/index.ts'
import type { Admission, Limits, Permits, Subject } from '../limits/index.ts'
import { grantedMessage, type Refusal, refusalOf, refusedMessage, type Subjects, subscriptionRefusal } from './hold-answers.ts'
import { type MoneyBooks, type Secured, secure } from './secure-call.ts'

/** Who is told what became of a hold. */
export type HoldAsker = {
  readonly granted: (message: ControlMessage<'granted'>) => void
  readonly refused: (message: ControlMessage<'refused'>) => void
}

/** What is said to whoever asks for a call last. */
export type Answer = (asker: HoldAsker) => void

/** A call that asks to be let in, with its key, if there is one and it could be looked up. */
export type AskingCall = {
  readonly gatewayId: string
  readonly message: GatewayMessage<'hold'>
  readonly key: FoundKey | 'busy' | undefined
}

/** A call that is let in: what it holds, and what its gateway is told of that. */
export type GrantedCall = {
  readonly gatewayId: string
  readonly message: GatewayMessage<'hold'>
  readonly held: { readonly day: number; readonly heldAt: number }
  readonly spending: HeldSpending | undefined
  readonly permits: Permits
}

/** What calls are let in by; `begin` is told of each before it is answered. */
export type AdmitParts = MoneyBooks & {
  readonly clock: Clock
  readonly writer: Pick<GroupCommit, 'isHealthy'>
  readonly limits: Limits
  readonly subjects: Subjects
  readonly begin: (granted: GrantedCall) => void
}

/** Refuses a call that control cannot answer now: its own fault, never the customer's. */
export const refuseAsBusy = (message: GatewayMessage<'hold'>): Answer => refuse(message, BUSY)

const BUSY: Refusal = { reason: 'busy' }

const refuse =
  (message: GatewayMessage<'hold'>, refusal: Refusal): Answer =>
  (asker) =>
    asker.refused(refusedMessage(message, refusal))

/**
 * Takes a permit of each limit, then the money; what a refused call took of the limits is given back. Answers at once where nobody has to be
 * asked: most calls make no promise.
 */
export function admitCall(parts: AdmitParts, { gatewayId, message, key }: AskingCall): Answer | Promise<Answer> {
  const { limits, clock, writer } = parts
  if (key === 'busy' || !writer.isHealthy || message.amount < 0n) return refuse(message, BUSY)
  if (key === undefined || key.accountStatus !== 'active' || key.pausedFor !== undefined || key.accountId !== message.accountId)
    return refuse(message, { reason: 'key' })
  const barred = key.subscription === undefined ? undefined : subscriptionRefusal(key.subscription, clock.now())
  if (barred !== undefined) return refuse(message, barred)
  const subjects = parts.subjects.of(key, message.ipTag)
  const asked = limits.admit(subjects, message.tokens, message.isPart === 1)
  const bound = { gatewayId, message, key, subjects }
  return 'then' in asked ? asked.then((admission) => secureAdmitted(parts, bound, admission)) : secureAdmitted(parts, bound, asked)
}

type Bound = AskingCall & { readonly key: FoundKey; readonly subjects: readonly Subject[] }

function secureAdmitted(parts: AdmitParts, bound: Bound, admission: Admission): Answer | Promise<Answer> {
  const { message, key, subjects } = bound
  if (!admission.isAdmitted) return refuse(message, { report: parts.limits.report(subjects), ...admission })
  const { permits } = admission
  const at = parts.clock.now()
  const answer = secure(parts, { accountId: message.accountId, amount: message.amount, limits: key.spending, at })
  return 'then' in answer
    ? answer.then((secured) => grant(parts, bound, { secured, permits, at, now: parts.clock.now() }))
    : grant(parts, bound, { secured: answer, permits, at, now: at })
}

/** What became of the money that was asked for at a time. */
type Secure = { readonly secured: Secured; readonly permits: Permits; readonly at: number; readonly now: number }

function grant(parts: AdmitParts, { gatewayId, message, subjects }: Bound, { secured, permits, at, now }: Secure): Answer {
  const { limits } = parts
  if (secured.result !== 'granted') {
    limits.giveBack(permits)
    return refuse(message, { report: limits.report(subjects), ...refusalOf(secured, now) })
  }
  const { spending } = secured
  const held = { day: utcDayOf(now), heldAt: spending === undefined ? 0 : Math.floor(at / 1_000) }
  parts.begin({ gatewayId, message, held, spending, permits })
  return (asker) => asker.granted(grantedMessage(message, held, limits.report(subjects)))
}
