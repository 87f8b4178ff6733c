import type { NanoUsd } from '../../../src/lib/index.ts'

/** A plan as the model knows it. */
export type ModelPlan = { readonly id: string; readonly months: 1 | 12; readonly price: NanoUsd }

/** A subscription as it should be. Times are milliseconds since 1970. */
export type ModelSubscription = {
  readonly id: string
  plan: ModelPlan
  state: 'active' | 'past_due' | 'canceled' | 'ended'
  /** The first moment of the rhythm, and how many periods of it are over when this one ends. */
  anchor: number
  count: number
  start: number
  end: number
  isCanceled: boolean
  next: ModelPlan | undefined
  unpaidSince: number
  tryAt: number
  /** What the next period costs, once it was asked for. */
  owed: NanoUsd
}

const DAY_MS = 86_400_000

/** What an account should have and be subscribed to, reckoned in another way than the product does: by counting days of calendars. */
export class ModelAccount {
  balance: NanoUsd
  readonly subscriptions: ModelSubscription[] = []
  readonly #graceMs: number

  constructor(balance: NanoUsd, graceDays: number) {
    this.balance = balance
    this.#graceMs = graceDays * DAY_MS
  }

  /** Whether it can be begun; `id` names it. */
  subscribe(id: string, plan: ModelPlan, now: number): boolean {
    if (this.#holds(plan, undefined)) return false
    if (this.balance < plan.price) return false
    this.balance -= plan.price
    const rhythm = { anchor: now, count: 1, start: now, end: laterByMonths(now, plan.months) }
    this.subscriptions.push({
      id,
      plan,
      state: 'active',
      ...rhythm,
      isCanceled: false,
      next: undefined,
      unpaidSince: 0,
      tryAt: 0,
      owed: 0n,
    })
    return true
  }

  get live(): readonly ModelSubscription[] {
    return this.subscriptions.filter(({ state }) => state === 'active' || state === 'past_due')
  }

  cancelAtEnd(one: ModelSubscription, isCanceled: boolean): void {
    if (one.state === 'past_due' && isCanceled) {
      one.state = 'canceled'
      return
    }
    one.isCanceled = isCanceled
    if (isCanceled) one.next = undefined
  }

  cancelNow(one: ModelSubscription, now: number): void {
    this.balance += this.#unused(one, now)
    one.state = 'canceled'
  }

  /** Whether the change is made; one to a dearer plan now, to a cheaper one later. */
  change(one: ModelSubscription, plan: ModelPlan, now: number): boolean {
    if (plan === one.plan) {
      one.next = undefined
      one.tryAt = 0
      return true
    }
    if (this.#holds(plan, one)) return false
    if (plan.price * BigInt(12 / plan.months) < one.plan.price * BigInt(12 / one.plan.months)) {
      one.next = plan
      one.isCanceled = false
      one.tryAt = 0
      return true
    }
    if (one.state !== 'active') return false
    const at = Math.max(now, one.start + 1)
    const back = this.#unused(one, at)
    if (this.balance + back < plan.price) return false
    this.balance += back - plan.price
    Object.assign(one, { plan, anchor: at, count: 1, start: at, end: laterByMonths(at, plan.months), isCanceled: false, next: undefined })
    return true
  }

  /** What the job does at a time, to each subscription whose period is over, the earliest first. */
  carryOn(now: number): void {
    const due = this.live.filter((one) => one.end <= now && (one.tryAt <= now || (one.owed > 0n && this.balance >= one.owed)))
    for (const one of due.toSorted((a, b) => a.end - b.end || (a.id < b.id ? -1 : 1))) this.#carryOn(one, now)
  }

  #carryOn(one: ModelSubscription, now: number): void {
    while ((one.state === 'active' || one.state === 'past_due') && one.end <= now) {
      if (one.isCanceled && one.state === 'active') {
        one.state = 'canceled'
        return
      }
      const plan = one.next ?? one.plan
      if (this.balance < plan.price) {
        this.#onUnpaid(one, plan.price, now)
        return
      }
      this.balance -= plan.price
      const isAnew = one.next !== undefined
      const [anchor, count] = isAnew ? [one.end, 1] : [one.anchor, one.count + 1]
      const end = laterByMonths(anchor, plan.months * count)
      Object.assign(one, { plan, state: 'active', anchor, count, start: one.end, end, next: undefined, tryAt: 0, owed: 0n })
    }
  }

  #onUnpaid(one: ModelSubscription, owed: NanoUsd, now: number): void {
    if (one.state === 'active') one.unpaidSince = now
    const until = one.unpaidSince + this.#graceMs
    one.state = now >= until ? 'ended' : 'past_due'
    one.tryAt = Math.min(now + DAY_MS, until)
    one.owed = owed
  }

  /** A free plan is had once, or is to come once. */
  #holds(plan: ModelPlan, but: ModelSubscription | undefined): boolean {
    return plan.price === 0n && this.live.some((one) => one !== but && (one.plan === plan || one.next === plan))
  }

  /** The price less what was used, which is rounded up. */
  #unused({ plan, start, end }: ModelSubscription, now: number): NanoUsd {
    const [whole, used] = [BigInt(end - start), BigInt(Math.min(Math.max(now - start, 0), end - start))]
    const spent = plan.price * used
    return plan.price - (spent / whole + (spent % whole === 0n ? 0n : 1n))
  }
}

/** The same time of day so many months later, by setting the month and going back from a day that it does not have. */
function laterByMonths(millis: number, months: number): number {
  const date = new Date(millis)
  const day = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + months)
  if (date.getUTCDate() !== day) date.setUTCDate(0)
  return date.getTime()
}
