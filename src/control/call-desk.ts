import type { ControlMessage, GatewayMessage } from '../channel/index.ts'
import type { FoundKey } from '../keys/index.ts'
import type { GroupCommit, HeldSpending, OpenCallRow, Settlement, SettlementResult, SliceBook, SpendBook } from '../ledger/index.ts'
import { ChurnMap, type Clock, errorCode, type Log, type NanoUsd } from '../lib/index.ts'
import type { Limits, Permits } from '../limits/index.ts'
import { MULTIPLIER_ONE, NO_USAGE, type Price, type SpendLimit, type Usage } from '../spec/index.ts'
import { type AdmitParts, type Answer, type AskingCall, admitCall, type GrantedCall, type HoldAsker, refuseAsBusy } from './admit-call.ts'
import { type EndedCall, type LostCall, lostSettlement, openRow, priceOfCall, settlementOf, tokensOf, usageOf } from './call-rows.ts'
import { type DefaultLimits, grantedMessage, Subjects } from './hold-answers.ts'
import type { KeyDirectory } from './key-directory.ts'
import { type Covered, coverLate, limitsHoweverLong, priceHoweverLong, withOwnFields } from './late-cover.ts'
import type { PriceBook } from './price-book.ts'
import { RecentIds } from './recent-ids.ts'
import { chargeSecured, secureAgain } from './secure-call.ts'

/** The gateway a message came from, as far as the desk answers it. */
export type Asker = HoldAsker & {
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
  /** What of its usage was last written down, and when by the monotonic clock; undefined before that. */
  written: { readonly usage: Usage; readonly at: number } | undefined
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
/** A call that uses nothing more is written down again now and then, as one that never is counts as forgotten. */
const REWRITE_MS = 60_000
const RECENT_MAX = 50_000

/** Where calls are admitted, held and settled: limits first, then money; each request id is settled once, whoever tells it and how often. */
export class CallDesk {
  readonly #options: CallDeskOptions
  readonly #open = new ChurnMap<OpenHold>()
  readonly #inherited = new Map<string, OpenCallRow>()
  readonly #asking = new ChurnMap<{ asker: Asker }>()
  readonly #settling = new ChurnMap<Settling>()
  /** Calls that are taken up as soon as it is known what bounds their spending. */
  readonly #renewing = new Map<string, { readonly gatewayId: string; readonly done: Promise<void> }>()
  readonly #stuck = new Set<string>()
  readonly #settled = new RecentIds(RECENT_MAX)
  readonly #subjects: Subjects
  readonly #admitting: AdmitParts

  constructor(options: CallDeskOptions) {
    this.#options = options
    this.#subjects = new Subjects(options.defaults)
    const { clock, writer, limits, slices, spending } = options
    this.#admitting = { clock, writer, limits, slices, spending, subjects: this.#subjects, begin: (granted) => this.#onGranted(granted) }
  }

  /** Calls that hold money now. */
  get openCount(): number {
    return this.#open.size
  }

  /** Calls that have ended and are not in the books yet. */
  get settlingCount(): number {
    return this.#settling.size
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

  /**
   * Admits and holds a call, or says why not: at once where all that it takes is known here, else when the promise resolves. The same call
   * asked for again, after the channel broke, is held once.
   */
  hold(gatewayId: string, message: GatewayMessage<'hold'>, asker: Asker): Promise<void> | undefined {
    const running = this.#asking.get(message.requestId)
    if (running !== undefined) {
      running.asker = asker
      return undefined
    }
    const answer = this.#answer(gatewayId, message)
    if ('then' in answer) return this.#answerLater(message.requestId, answer, { asker })
    answer(asker)
    return undefined
  }

  async #answerLater(requestId: string, answer: Promise<Answer>, asking: { asker: Asker }): Promise<void> {
    this.#asking.set(requestId, asking)
    try {
      const say = await answer
      say(asking.asker)
    } finally {
      this.#asking.delete(requestId)
    }
  }

  #answer(gatewayId: string, message: GatewayMessage<'hold'>): Answer | Promise<Answer> {
    // To look up a text that was just made it has to be hashed, and hardly ever is anything there.
    if (this.#inherited.size > 0 && this.#inherited.has(message.requestId)) return this.#answerWritten(gatewayId, message)
    const key = this.#options.keys.peek(message.keyId)
    return this.#answerAgain(message) ?? (key === undefined ? this.#lookUp(gatewayId, message) : this.#admit({ gatewayId, message, key }))
  }

  async #answerWritten(gatewayId: string, message: GatewayMessage<'hold'>): Promise<Answer> {
    await this.#renewWritten(gatewayId, message)
    return this.#answerAgain(message) ?? (await this.#lookUp(gatewayId, message))
  }

  async #lookUp(gatewayId: string, message: GatewayMessage<'hold'>): Promise<Answer> {
    return await this.#admit({ gatewayId, message, key: await this.#keyOf(message.keyId) })
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
    const open = this.#begin(gatewayId, { row: openRow(message, message), hold, spending: secured?.spending, permits: undefined })
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
    const running = this.#settling.get(requestId)
    if (running !== undefined) {
      this.#settling.set(requestId, { seq, asker, before: running })
      return
    }
    // What is open was not settled: only of other calls has to be asked what became of them.
    const open = this.#open.get(requestId)
    if (open === undefined && this.#meetAgain(message, asker)) return
    this.#settling.set(requestId, { seq, asker })
    this.#settle(message, open)
  }

  /** Tells what there is to tell of a call that is not open; false where it is to be settled now. */
  #meetAgain(message: GatewayMessage<'settle'>, asker: Asker): boolean {
    const { requestId, seq } = message
    if (this.#settled.has(requestId)) {
      asker.settled({ seq })
      return true
    }
    // What the books refuse is never acknowledged, so that it is not forgotten.
    if (this.#stuck.has(requestId)) return true
    const renewing = this.#renewing.get(requestId)
    void renewing?.done.then(() => this.settle(message, asker))
    return renewing !== undefined
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

  /** Writes down calls that are open for five seconds or more, with what they have used so far, where that is not written yet. */
  writeLongCalls(): void {
    const now = this.#options.clock.monotonic()
    for (const open of this.#open.values()) {
      const { openedAt, usage, written } = open
      if (openedAt > now - LONG_CALL_MS || this.#settling.has(open.row.requestId)) continue
      if (written?.usage === usage && written.at > now - REWRITE_MS) continue
      open.written = { usage, at: now }
      this.#options.writer.note({ ...open.row, usage: open.usage, routeSerial: open.routeSerial })
    }
  }

  /** The answer to a call that is known already; undefined for a new one. */
  #answerAgain(message: GatewayMessage<'hold'>): Answer | undefined {
    const { requestId } = message
    const isStuck = this.#stuck.size > 0 && this.#stuck.has(requestId)
    if (isStuck || this.#settling.has(requestId) || this.#settled.has(requestId)) return refuseAsBusy(message)
    const open = this.#open.get(requestId)
    if (open === undefined) return undefined
    return (asker) => asker.granted(grantedMessage(message, open.row, undefined))
  }

  #admit(asking: AskingCall): Answer | Promise<Answer> {
    return admitCall(this.#admitting, asking)
  }

  #onGranted({ gatewayId, message, held, spending, permits }: GrantedCall): void {
    this.#options.onGranted?.(message)
    this.#begin(gatewayId, { row: openRow(message, held), hold: message.amount, spending, permits })
  }

  #begin(gatewayId: string, { row, hold, spending, permits }: Begun): OpenHold {
    const openedAt = this.#options.clock.monotonic()
    const open: OpenHold = { gatewayId, row, hold, spending, permits, openedAt, usage: NO_USAGE, routeSerial: 0, written: undefined }
    this.#open.set(row.requestId, open)
    return open
  }

  /** Counts a call as running whose permits another control process had given. */
  async #readmit(message: GatewayMessage<'renew'>, open: OpenHold): Promise<void> {
    const key = await this.#keyOf(message.keyId)
    if (key === undefined || key === 'busy' || this.#open.get(message.requestId) !== open) return
    open.permits = this.#readmitted(key, message)
  }

  #readmitted(key: FoundKey, { ipTag, tokens, startedAt, isPart }: GatewayMessage<'hold'>): Permits {
    return this.#options.limits.readmit(this.#subjects.of(key, ipTag), { tokens, startedAt, isPart: isPart === 1 })
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

  /** Settles a call, once; whoever tells of it until the books have it waits for that. */
  #settle(told: GatewayMessage<'settle'>, open: OpenHold | undefined): void {
    const ended = { told, own: open?.row ?? told, usage: usageOf(told) }
    if (open === undefined) void this.#countEnded(ended)
    try {
      const listed = this.#options.prices.peek(ended.own.priceVersion)
      const hold = this.#takeHold(ended, open)
      // The common case charges at once, so that the money a call did not use is free for the next.
      if (listed !== undefined && hold !== undefined) this.#charge(ended, listed, hold)
      else this.#settleLate(ended, hold).catch((thrown: unknown) => this.#fail(told.requestId, thrown))
    } catch (thrown) {
      this.#fail(told.requestId, thrown)
    }
  }

  /** A call that another control process had let in counts in its minute as if that were this one. */
  async #countEnded({ told, usage }: EndedCall): Promise<void> {
    const key = await this.#keyOf(told.keyId)
    if (key !== undefined && key !== 'busy') this.#options.limits.end(this.#readmitted(key, told), tokensOf(usage))
  }

  async #settleLate(ended: EndedCall, hold: Covered | undefined): Promise<void> {
    const { told, own } = ended
    const listed = await priceHoweverLong(this.#options, own.priceVersion)
    this.#charge(ended, listed, hold ?? (await coverLate(this.#options, withOwnFields(told, own), listed)))
  }

  #charge(ended: EndedCall, listed: Price, { amount: covered, spending }: Covered): void {
    const { told, own, usage } = ended
    const price = priceOfCall(listed, usage, { serviceTier: told.serviceTier, multiplier: own.multiplier })
    const cost = price < covered ? price : covered
    chargeSecured(this.#options, { accountId: own.accountId, spending }, { hold: covered, cost })
    const settlement = settlementOf(ended, { cost, spending, shortfall: price - cost, upstreamCost: this.#upstreamCostOf(told, usage) })
    this.#options.writer.settleThen(settlement, this.#onWritten)
  }

  /** What the upstream asks of the house for a call; undefined when nobody said. */
  #upstreamCostOf({ routeSerial, serviceTier }: GatewayMessage<'settle'>, usage: Usage): NanoUsd | undefined {
    const cost = this.#options.prices.costOf(routeSerial)
    return cost && priceOfCall(cost, usage, { serviceTier, multiplier: MULTIPLIER_ONE })
  }

  /** Ends a call's hold and gives its permits back; undefined when nothing covers it. */
  #takeHold({ told, usage }: EndedCall, open: OpenHold | undefined): Covered | undefined {
    if (this.#inherited.size > 0) this.#inherited.delete(told.requestId)
    if (open === undefined) return undefined
    this.#open.delete(told.requestId)
    if (open.permits !== undefined) this.#options.limits.end(open.permits, tokensOf(usage))
    return open.hold > 0n || told.amount === 0n ? { amount: open.hold, spending: open.spending } : undefined
  }

  async #settleLost(lost: LostCall): Promise<void> {
    this.settle(lostSettlement(lost, this.#options.clock), NOBODY)
    // Whoever waits for lost calls waits for all of them; one that fails has been logged.
    const { requestId } = lost.row
    const before = this.#settling.get(requestId)
    if (before !== undefined) await new Promise<void>((onEnd) => this.#settling.set(requestId, { seq: 0, asker: NOBODY, onEnd, before }))
  }

  /** Never throws, as the writer has more to tell. One for all calls: what is made for each lives as long as its settlement waits. */
  readonly #onWritten = ({ isNew, isStuck }: SettlementResult, settlement: Settlement): void => {
    const { accountId, requestId, cost, covered, spentIn } = settlement
    try {
      if (isStuck) {
        this.#stuck.add(requestId)
        this.#options.slices.freeze(accountId)
        throw new TypeError('the books refuse a settlement')
      }
      this.#settled.add(requestId)
      if (covered === undefined) this.#options.slices.chargeWritten(accountId, { cost, isNew })
      if (spentIn !== undefined) this.#options.spending.chargeWritten(spentIn, { cost: covered?.amount ?? cost, isNew })
      if (isNew) this.#options.onSettled(settlement)
      for (let told = this.#settling.take(requestId); told !== undefined; told = told.before) {
        told.asker.settled({ seq: told.seq })
        told.onEnd?.()
      }
    } catch (thrown) {
      this.#fail(requestId, thrown)
    }
  }

  /** Nobody is told that a call is settled which is not; it can be told of again. */
  #fail(requestId: string, thrown: unknown): void {
    this.#options.log({ event: 'settlement-failed', code: errorCode(thrown) })
    for (let told = this.#settling.take(requestId); told !== undefined; told = told.before) told.onEnd?.()
  }
}

/** Who is told when a settlement is in the books, and who had told of it before; `onEnd` also when it cannot be. */
type Settling = {
  readonly seq: number
  readonly asker: Pick<Asker, 'settled'>
  readonly onEnd?: () => void
  readonly before?: Settling
}

const NOBODY: Asker = { granted: () => undefined, refused: () => undefined, settled: () => undefined }

type Begun = Pick<OpenHold, 'row' | 'hold' | 'spending' | 'permits'>
