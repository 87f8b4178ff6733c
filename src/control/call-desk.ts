import type { ControlMessage, GatewayMessage } from '../channel/index.ts'
import type { FoundKey } from '../keys/index.ts'
import type { GroupCommit, HeldSpending, OpenCallRow, Settlement, SliceBook, SpendBook } from '../ledger/index.ts'
import { ChurnMap, type Clock, errorCode, type Log, type NanoUsd, utcDayOf } from '../lib/index.ts'
import type { Limits, Permits } from '../limits/index.ts'
import { MULTIPLIER_ONE, NO_USAGE, type Price, type SpendLimit, type Usage } from '../spec/index.ts'
import { type LostCall, lostSettlement, paidBy, priceOfCall, settlementOf, tokensOf, usageOf } from './call-rows.ts'
import {
  type DefaultLimits,
  grantedMessage,
  type Refusal,
  refusalOf,
  refusedMessage,
  Subjects,
  subscriptionRefusal,
} from './hold-answers.ts'
import type { KeyDirectory } from './key-directory.ts'
import { type Covered, coverLate, limitsHoweverLong, priceHoweverLong } from './late-cover.ts'
import type { PriceBook } from './price-book.ts'
import { RecentIds } from './recent-ids.ts'
import { chargeSecured, secure, secureAgain } from './secure-call.ts'

/** The gateway a message came from, as far as the desk answers it. */
export type Asker = {
  readonly granted: (message: ControlMessage<'granted'>) => void
  readonly refused: (message: ControlMessage<'refused'>) => void
  readonly settled: (message: ControlMessage<'settled'>) => void
}

/** A call that holds money now. `hold` is 0 where nothing covers it any more. */
type OpenHold = {
  readonly gatewayId: string
  readonly row: OpenCallRow
  readonly hold: NanoUsd
  /** What of that is in windows of spending; undefined for a call that no limit bounds. */
  readonly spending: HeldSpending | undefined
  permits: Permits | undefined
  readonly openedAt: number
  usage: Usage
  routeSerial: number
}

/** What the desk works with. */
export type CallDeskOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly slices: SliceBook
  readonly spending: SpendBook
  readonly writer: GroupCommit
  readonly limits: Limits
  readonly keys: KeyDirectory
  readonly prices: PriceBook
  readonly defaults: DefaultLimits
  /** Told of each settlement that was new, for metrics. */
  readonly onSettled: (settlement: Settlement) => void
  /** Told of each call that was let in. */
  readonly onGranted?: (call: GatewayMessage<'hold'>) => void
  /** How long to wait before what failed is tried again, in milliseconds (250 when left out). */
  readonly retryMs?: number
}

const LONG_CALL_MS = 5_000
const RECENT_MAX = 50_000

/** Where calls are admitted, held and settled: limits first, then money; each request id is settled once, whoever tells it and how often. */
export class CallDesk {
  readonly #options: CallDeskOptions
  readonly #open = new ChurnMap<string, OpenHold>()
  readonly #inherited = new Map<string, OpenCallRow>()
  readonly #asking = new ChurnMap<string, { asker: Asker }>()
  readonly #settling = new ChurnMap<string, Promise<void>>()
  /** Calls that are taken up as soon as it is known what bounds their spending. */
  readonly #renewing = new Map<string, { readonly gatewayId: string; readonly done: Promise<void> }>()
  readonly #stuck = new Set<string>()
  readonly #settled = new RecentIds(RECENT_MAX)
  readonly #subjects: Subjects

  constructor(options: CallDeskOptions) {
    this.#options = options
    this.#subjects = new Subjects(options.defaults)
  }

  /** Calls that hold money now. */
  get openCount(): number {
    return this.#open.size
  }

  /** Takes over calls that this node's last control process had written down. */
  inherit(rows: readonly OpenCallRow[]): void {
    for (const row of rows) this.#inherited.set(row.requestId, row)
  }

  /** Every gateway has told what it has open: what nobody told of is charged as far as it was written down. */
  async endInheritance(): Promise<void> {
    await this.#renewed()
    const lost = [...this.#inherited.values()]
    this.#inherited.clear()
    await Promise.all(lost.map((row) => this.#settleLost({ row, amount: row.hold, usage: row.usage, routeSerial: row.routeSerial })))
    this.#options.slices.endInheritance()
    this.#options.spending.endInheritance()
  }

  /** Admits and holds a call, or says why not. The same call asked for again, after the channel broke, is held once. */
  async hold(gatewayId: string, message: GatewayMessage<'hold'>, asker: Asker): Promise<void> {
    const { requestId } = message
    const running = this.#asking.get(requestId)
    if (running !== undefined) {
      running.asker = asker
      return
    }
    const asking = { asker }
    this.#asking.set(requestId, asking)
    try {
      if (this.#inherited.has(requestId)) await this.#renewWritten(gatewayId, message)
      if (this.#answerAgain(message, asking.asker)) return
      const answer = await this.#admit(gatewayId, message)
      answer(asking.asker)
    } finally {
      this.#asking.delete(requestId)
    }
  }

  /** Takes up a call that another control process had granted. */
  renew(gatewayId: string, message: GatewayMessage<'renew'>): void {
    const { requestId, amount } = message
    if (amount < 0n || this.#isKnown(requestId)) return
    if (message.heldAt === 0) {
      this.#takeUp(gatewayId, message, undefined)
      return
    }
    const done = limitsHoweverLong(this.#options, message.keyId)
      .then((limits) => this.#takeUp(gatewayId, message, limits))
      .finally(() => this.#renewing.delete(requestId))
    this.#renewing.set(requestId, { gatewayId, done })
  }

  /** Resolves when the calls that are being taken up, of one gateway or of all, are open. */
  async #renewed(gatewayId?: string): Promise<void> {
    const renewing = [...this.#renewing.values()].filter((one) => gatewayId === undefined || one.gatewayId === gatewayId)
    await Promise.all(renewing.map(({ done }) => done))
  }

  #isKnown(requestId: string): boolean {
    return [this.#open, this.#settling, this.#settled, this.#renewing].some((known) => known.has(requestId))
  }

  #takeUp(gatewayId: string, message: GatewayMessage<'renew'>, limits: readonly SpendLimit[] | undefined): void {
    const { requestId, accountId, amount, heldAt } = message
    const written = this.#inherited.get(requestId)
    this.#inherited.delete(requestId)
    const secured = secureAgain(this.#options, { accountId, amount, limits, at: heldAt * 1_000 })
    if (secured === undefined) this.#options.log({ event: 'hold-uncovered', account: accountId })
    const hold = secured === undefined ? 0n : amount
    const open = this.#begin(gatewayId, { message, hold, spending: secured?.spending, permits: undefined })
    if (written !== undefined) {
      open.usage = written.usage
      open.routeSerial = written.routeSerial
    }
    this.#readmit(message, open).catch((thrown: unknown) => this.#options.log({ event: 'readmit-failed', code: errorCode(thrown) }))
  }

  /** Takes up a call that was written down and is asked for again. */
  async #renewWritten(gatewayId: string, message: GatewayMessage<'hold'>): Promise<void> {
    const written = this.#inherited.get(message.requestId)
    if (written !== undefined) this.renew(gatewayId, { ...message, day: written.day, heldAt: written.heldAt })
    await this.#renewing.get(message.requestId)?.done
  }

  progress(requestId: string, message: GatewayMessage<'progress'>): void {
    const open = this.#open.get(requestId)
    if (open === undefined) return
    open.usage = usageOf(message)
    open.routeSerial = message.routeSerial
  }

  /** Settles a call and acknowledges it once it is in the books. */
  settle(message: GatewayMessage<'settle'>, asker: Asker): void {
    const { requestId, seq } = message
    const acknowledge = (): void => asker.settled({ seq })
    if (this.#settled.has(requestId)) {
      acknowledge()
      return
    }
    // What the books refuse is never acknowledged, so that it is not forgotten.
    if (this.#stuck.has(requestId)) return
    const renewing = this.#renewing.get(requestId)
    if (renewing !== undefined) {
      void renewing.done.then(() => this.settle(message, asker))
      return
    }
    const running = this.#settling.get(requestId) ?? this.#settle(message)
    running.then(acknowledge, (thrown: unknown) => {
      this.#options.log({ event: 'settlement-failed', code: errorCode(thrown) })
    })
  }

  /** Settles what a dead gateway had open, as far as it had told. */
  async settleLostGateway(gatewayId: string): Promise<void> {
    await this.#settleOpenOf(gatewayId)
    await this.#renewed(gatewayId)
    await this.#settleOpenOf(gatewayId)
  }

  async #settleOpenOf(gatewayId: string): Promise<void> {
    const lost = [...this.#open.values()].filter((open) => open.gatewayId === gatewayId)
    await Promise.all(lost.map((open) => this.#settleLost({ ...open, amount: open.row.hold })))
  }

  /** Writes down calls that are open for five seconds or more, with what they have used so far. */
  writeLongCalls(): void {
    const before = this.#options.clock.monotonic() - LONG_CALL_MS
    for (const open of this.#open.values()) {
      if (open.openedAt > before || this.#settling.has(open.row.requestId)) continue
      this.#options.writer.note({ ...open.row, usage: open.usage, routeSerial: open.routeSerial })
    }
  }

  /** Answers for a call that is known already; false for a new one. */
  #answerAgain(message: GatewayMessage<'hold'>, asker: Asker): boolean {
    const { requestId } = message
    if (this.#settling.has(requestId) || this.#settled.has(requestId) || this.#stuck.has(requestId)) {
      asker.refused(refusedMessage(message, { reason: 'busy' }))
      return true
    }
    const open = this.#open.get(requestId)
    if (open === undefined) return false
    asker.granted(grantedMessage(message, { day: open.row.day, heldAt: open.row.heldAt, report: undefined }))
    return true
  }

  /** Takes a permit of each limit, then the money; what a refused call took of the limits is given back. */
  async #admit(gatewayId: string, message: GatewayMessage<'hold'>): Promise<(asker: Asker) => void> {
    const { limits, clock } = this.#options
    const refusal = (answer: Refusal) => (asker: Asker) => asker.refused(refusedMessage(message, answer))
    const key = await this.#keyOf(message.keyId)
    if (key === 'busy' || !this.#options.writer.isHealthy || message.amount < 0n) return refusal({ reason: 'busy' })
    if (key === undefined || key.accountStatus !== 'active' || key.pausedFor !== undefined || key.accountId !== message.accountId)
      return refusal({ reason: 'key' })
    const barred = subscriptionRefusal(key, this.#options.clock.now())
    if (barred !== undefined) return refusal(barred)
    const subjects = this.#subjects.of(key, message.ipTag)
    const asked = limits.admit(subjects, message.tokens, message.isPart === 1)
    const admission = 'then' in asked ? await asked : asked
    if (!admission.isAdmitted) return refusal({ report: limits.report(subjects), ...admission })
    const { permits } = admission
    const at = clock.now()
    const answer = secure(this.#options, { accountId: message.accountId, amount: message.amount, limits: key.spending, at })
    const secured = 'then' in answer ? await answer : answer
    if (secured.result !== 'granted') {
      limits.giveBack(permits)
      return refusal({ report: limits.report(subjects), ...refusalOf(secured, clock.now()) })
    }
    this.#options.onGranted?.(message)
    const told = { day: utcDayOf(clock.now()), heldAt: secured.spending === undefined ? 0 : Math.floor(at / 1_000) }
    this.#begin(gatewayId, { message: { ...message, ...told }, hold: message.amount, spending: secured.spending, permits })
    return (asker) => asker.granted(grantedMessage(message, { ...told, report: limits.report(subjects) }))
  }

  #begin(gatewayId: string, begun: Begun): OpenHold {
    const { message, hold, spending, permits } = begun
    const row = { ...message, hold: message.amount, routeSerial: 0, usage: NO_USAGE }
    const openedAt = this.#options.clock.monotonic()
    const open: OpenHold = { gatewayId, row, hold, spending, permits, openedAt, usage: NO_USAGE, routeSerial: 0 }
    this.#open.set(message.requestId, open)
    return open
  }

  /** Counts a call as running whose permits another control process had given. */
  async #readmit(message: GatewayMessage<'renew'>, open: OpenHold): Promise<void> {
    const key = await this.#keyOf(message.keyId)
    if (key === undefined || key === 'busy' || this.#open.get(message.requestId) !== open) return
    open.permits = this.#options.limits.readmit(this.#subjects.of(key, message.ipTag), message.isPart === 1)
  }

  async #keyOf(keyId: string): Promise<FoundKey | 'busy' | undefined> {
    const known = this.#options.keys.peek(keyId)
    if (known !== undefined) return known
    try {
      return await this.#options.keys.findById(keyId)
    } catch (thrown) {
      this.#options.log({ event: 'key-lookup-failed', code: errorCode(thrown) })
      return 'busy'
    }
  }

  /** Settles one message; what it returns is kept for repeats until the books have it. */
  #settle(told: GatewayMessage<'settle'>): Promise<void> {
    const open = this.#open.get(told.requestId)
    const message = open === undefined ? told : withOwnFields(told, open.row)
    const { requestId, accountId } = message
    const usage = usageOf(message)
    const listed = this.#options.prices.peek(message.priceVersion)
    const hold = this.#takeHold(message, { open, usage })
    const finish = async (known: Price, { amount: covered, spending }: Covered): Promise<void> => {
      const price = priceOfCall(known, usage, message)
      const cost = price < covered ? price : covered
      chargeSecured(this.#options, { accountId, spending }, { hold: covered, cost })
      const paid = paidBy(spending, cost)
      await this.#write(
        settlementOf(message, usage, { ...paid, shortfall: price - cost, upstreamCost: this.#upstreamCostOf(message, usage) }),
      )
    }
    // The common case charges at once, so that the money a call did not use is free for the next.
    const task = listed !== undefined && hold !== undefined ? finish(listed, hold) : this.#settleLate({ message, hold, finish })
    const kept = task.finally(() => this.#settling.delete(requestId))
    this.#settling.set(requestId, kept)
    return kept
  }

  async #settleLate({ message, hold, finish }: LateSettlement): Promise<void> {
    const listed = await priceHoweverLong(this.#options, message.priceVersion)
    await finish(listed, hold ?? (await coverLate(this.#options, message, listed)))
  }

  /** What the upstream asks of the house for a call; undefined when nobody said. */
  #upstreamCostOf({ routeSerial, serviceTier }: GatewayMessage<'settle'>, usage: Usage): NanoUsd | undefined {
    const cost = this.#options.prices.costOf(routeSerial)
    return cost && priceOfCall(cost, usage, { serviceTier, multiplier: MULTIPLIER_ONE })
  }

  /** Ends a call's hold and gives its permits back; undefined when nothing covers it. */
  #takeHold(message: GatewayMessage<'settle'>, { open, usage }: Ended): Covered | undefined {
    const { requestId, amount } = message
    this.#inherited.delete(requestId)
    if (open === undefined) return undefined
    this.#open.delete(requestId)
    if (open.permits !== undefined) this.#options.limits.end(open.permits, tokensOf(usage))
    return open.hold > 0n || amount === 0n ? { amount: open.hold, spending: open.spending } : undefined
  }

  async #settleLost(lost: LostCall): Promise<void> {
    const never = { granted: () => {}, refused: () => {}, settled: () => {} }
    this.settle(lostSettlement(lost, this.#options.clock), never)
    // Whoever waits for lost calls waits for all of them; one that fails has been logged.
    await this.#settling.get(lost.row.requestId)?.catch(() => undefined)
  }

  async #write(settlement: Settlement): Promise<void> {
    const { accountId, requestId, cost, covered, spentIn } = settlement
    const { isNew, isStuck } = await this.#options.writer.settle(settlement)
    if (isStuck) {
      this.#stuck.add(requestId)
      this.#options.slices.freeze(accountId)
      throw new TypeError('the books refuse a settlement')
    }
    this.#settled.add(requestId)
    if (covered === undefined) this.#options.slices.chargeWritten(accountId, { cost, isNew })
    if (spentIn !== undefined) this.#options.spending.chargeWritten(spentIn, { cost: covered?.amount ?? cost, isNew })
    if (isNew) this.#options.onSettled(settlement)
  }
}

type Begun = { readonly message: GatewayMessage<'renew'> } & Pick<OpenHold, 'hold' | 'spending' | 'permits'>

type LateSettlement = {
  readonly message: GatewayMessage<'settle'>
  readonly hold: Covered | undefined
  readonly finish: (price: Price, covered: Covered) => Promise<void>
}

type Ended = { readonly open: OpenHold | undefined; readonly usage: Usage }

/** What is known here of an open call stands, whatever its gateway says. */
const withOwnFields = (told: GatewayMessage<'settle'>, row: OpenCallRow): GatewayMessage<'settle'> => ({
  ...told,
  accountId: row.accountId,
  keyId: row.keyId,
  day: row.day,
  heldAt: row.heldAt,
  modelSerial: row.modelSerial,
  priceVersion: row.priceVersion,
  multiplier: row.multiplier,
  startedAt: row.startedAt,
})
