import { type ControlMessage, type GatewayMessage, NONE_U32, REFUSAL_REASONS } from '../channel/index.ts'
import type { FoundKey } from '../keys/index.ts'
import type { GroupCommit, OpenCallRow, Settlement, SliceBook } from '../ledger/index.ts'
import { type Clock, errorCode, type Log, type NanoUsd, utcDayOf } from '../lib/index.ts'
import type { LimitBook, Permits, Subject } from '../limits/index.ts'
import { type CallLimits, NO_USAGE, OUTCOMES, priceOf, type Rates, type Usage } from '../spec/index.ts'
import type { KeyDirectory } from './key-directory.ts'
import type { PriceBook } from './price-book.ts'

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
  readonly permits: Permits | undefined
  readonly openedAt: number
  usage: Usage
  routeSerial: number
}

/** What the desk works with. */
export type CallDeskOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly slices: SliceBook
  readonly writer: GroupCommit
  readonly limits: LimitBook
  readonly keys: KeyDirectory
  readonly prices: PriceBook
  readonly defaults: { readonly key: CallLimits; readonly account: CallLimits; readonly ip: CallLimits }
  /** Told of each settlement that was new, for metrics. */
  readonly onSettled: (settlement: Settlement) => void
}

const LONG_CALL_MS = 5_000
const RECENT_MAX = 50_000
const NO_LIMITS = { requests: undefined, tokens: undefined, resetMs: 0 } as const

/** Where calls are admitted, held and settled: limits first, then money; each request id is settled once, whoever tells it and how often. */
export class CallDesk {
  readonly #options: CallDeskOptions
  readonly #open = new Map<string, OpenHold>()
  readonly #inherited = new Map<string, OpenCallRow>()
  readonly #settling = new Map<string, Promise<void>>()
  readonly #recent = new Set<string>()

  constructor(options: CallDeskOptions) {
    this.#options = options
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
    const lost = [...this.#inherited.values()]
    this.#inherited.clear()
    for (const row of lost) await this.#settleLost({ row, hold: row.hold, usage: row.usage, routeSerial: row.routeSerial })
    this.#options.slices.endInheritance()
  }

  /** Admits and holds a call, or says why not. */
  async hold(gatewayId: string, message: GatewayMessage<'hold'>, asker: Asker): Promise<void> {
    const { limits, slices } = this.#options
    const key = await this.#keyOf(message.keyId)
    if (key === 'busy' || !this.#options.writer.isHealthy) return this.#refuse(asker, { message, reason: 'busy' })
    if (key === undefined || key.accountStatus !== 'active') return this.#refuse(asker, { message, reason: 'key' })
    const subjects = this.#subjectsOf(key, message)
    const admission = limits.admit(subjects, message.tokens)
    if (!admission.isAdmitted) return this.#refuse(asker, { message, subjects, ...admission })
    const answer = slices.hold(message.accountId, message.amount)
    const result = typeof answer === 'string' ? answer : await answer
    if (result !== 'granted') {
      limits.giveBack(admission.permits)
      return this.#refuse(asker, { message, subjects, reason: result })
    }
    const day = utcDayOf(this.#options.clock.now())
    this.#begin(gatewayId, { message: { ...message, day }, hold: message.amount, permits: admission.permits })
    asker.granted({ seq: message.seq, day, ...this.#limitFields(subjects) })
  }

  /** Takes up a call that another control process had granted. */
  async renew(gatewayId: string, message: GatewayMessage<'renew'>): Promise<void> {
    const { requestId, accountId, amount } = message
    if (this.#open.has(requestId) || this.#settling.has(requestId) || this.#recent.has(requestId)) return
    const written = this.#inherited.get(requestId)
    this.#inherited.delete(requestId)
    const isCovered = this.#options.slices.renew(accountId, amount)
    if (!isCovered) this.#options.log({ event: 'hold-uncovered', account: accountId })
    const key = this.#options.keys.peek(message.keyId)
    const permits = key === undefined ? undefined : this.#options.limits.readmit(this.#subjectsOf(key, message))
    this.#begin(gatewayId, { message, hold: isCovered ? amount : 0n, permits })
    const open = this.#open.get(requestId)
    if (open !== undefined && written !== undefined) open.usage = written.usage
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
    if (this.#recent.has(requestId)) {
      acknowledge()
      return
    }
    const running = this.#settling.get(requestId) ?? this.#settle(message)
    running.then(acknowledge, (thrown: unknown) => {
      this.#options.log({ event: 'settlement-failed', code: errorCode(thrown) })
    })
  }

  /** Settles what a dead gateway had open, as far as it had told. */
  async settleLostGateway(gatewayId: string): Promise<void> {
    const lost = [...this.#open.values()].filter((open) => open.gatewayId === gatewayId)
    await Promise.all(lost.map((open) => this.#settleLost(open)))
  }

  /** Writes down calls that are open for five seconds or more, with what they have used so far. */
  writeLongCalls(): void {
    const before = this.#options.clock.monotonic() - LONG_CALL_MS
    for (const open of this.#open.values()) {
      if (open.openedAt > before || this.#settling.has(open.row.requestId)) continue
      this.#options.writer.note({ ...open.row, hold: open.hold, usage: open.usage, routeSerial: open.routeSerial })
    }
  }

  #begin(gatewayId: string, begun: Begun): void {
    const { message, hold, permits } = begun
    const row = { ...message, hold, routeSerial: 0, usage: NO_USAGE }
    const openedAt = this.#options.clock.monotonic()
    this.#open.set(message.requestId, { gatewayId, row, hold, permits, openedAt, usage: NO_USAGE, routeSerial: 0 })
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

  #subjectsOf(key: FoundKey, { ipTag }: { readonly ipTag: number }): readonly Subject[] {
    const { defaults } = this.#options
    return [
      { id: `key:${key.keyId}`, limits: withDefaults(key.limits.key, defaults.key) },
      { id: `account:${key.accountId}`, limits: withDefaults(key.limits.account, defaults.account) },
      { id: `ip:${ipTag}`, limits: defaults.ip },
    ]
  }

  #refuse(asker: Asker, refusal: RefusalAnswer): void {
    const { message, reason, limit = 0, retryAfterMs = 1_000, subjects } = refusal
    const fields = this.#limitFields(subjects)
    asker.refused({ seq: message.seq, reason: REFUSAL_REASONS.indexOf(reason), limit, retryAfterMs, ...fields })
  }

  #limitFields(subjects: readonly Subject[] | undefined): LimitFields {
    const { requests, tokens, resetMs } = subjects === undefined ? NO_LIMITS : this.#options.limits.report(subjects)
    return {
      limitRequests: requests?.limit ?? NONE_U32,
      remainingRequests: requests?.remaining ?? 0,
      resetRequestsMs: resetMs,
      limitTokens: tokens?.limit ?? NONE_U32,
      remainingTokens: tokens?.remaining ?? 0,
      resetTokensMs: resetMs,
    }
  }

  /** Settles one message; what it returns is kept for repeats until the books have it. */
  #settle(message: GatewayMessage<'settle'>): Promise<void> {
    const { requestId, accountId } = message
    const rates = this.#options.prices.peek(message.priceVersion)
    const hold = this.#takeHold(message)
    const finish = async (known: Rates, covered: NanoUsd): Promise<void> => {
      const price = priceOf(known, usageOf(message))
      const cost = price < covered ? price : covered
      this.#options.slices.charge(accountId, { hold: covered, cost })
      await this.#write(settlementOf(message, { cost, shortfall: price - cost }))
    }
    // The common case charges at once, so that the money a call did not use is free for the next.
    const task = rates !== undefined && hold !== undefined ? finish(rates, hold) : this.#settleLate({ message, hold, finish })
    const kept = task.finally(() => this.#settling.delete(requestId))
    this.#settling.set(requestId, kept)
    return kept
  }

  async #settleLate({ message, hold, finish }: LateSettlement): Promise<void> {
    const rates = await this.#options.prices.find(message.priceVersion)
    await finish(rates, hold ?? (await this.#coverLate(message, rates)))
  }

  /** Ends a call's hold: its own, or what the last control process's slice still reserves for it; undefined when there is none. */
  #takeHold({ requestId, accountId, amount, ...usage }: GatewayMessage<'settle'>): NanoUsd | undefined {
    const open = this.#open.get(requestId)
    this.#inherited.delete(requestId)
    if (open === undefined) return this.#options.slices.renew(accountId, amount) ? amount : undefined
    this.#open.delete(requestId)
    if (open.permits !== undefined) this.#options.limits.end(open.permits, tokensOf(usageOf(usage)))
    return open.hold > 0n || amount === 0n ? open.hold : undefined
  }

  /** A settlement that no hold covers: what the account can still cover of it is held now, the rest is the house's. */
  async #coverLate({ accountId, amount, ...usage }: GatewayMessage<'settle'>, rates: Rates): Promise<NanoUsd> {
    const price = priceOf(rates, usageOf(usage))
    const wanted = price < amount ? price : amount
    const result = wanted === 0n ? 'credit' : await this.#options.slices.hold(accountId, wanted)
    this.#options.log({ event: 'settlement-uncovered', account: accountId, isCovered: result === 'granted' })
    return result === 'granted' ? wanted : 0n
  }

  async #settleLost(lost: Pick<OpenHold, 'row' | 'hold' | 'usage' | 'routeSerial'>): Promise<void> {
    const { row, usage, routeSerial } = lost
    const never = { granted: () => {}, refused: () => {}, settled: () => {} }
    this.settle(
      {
        ...row,
        ...usage,
        seq: 0,
        amount: row.hold,
        tokens: 0,
        ipTag: 0,
        routeSerial,
        outcome: OUTCOMES.indexOf('gateway-lost'),
        status: 0,
        usageSource: 2,
        reportedModel: 0,
        isStream: 1,
        isSuspect: 0,
        latencyMs: Math.min(Math.max(0, Math.floor(this.#options.clock.now() - row.startedAt)), NONE_U32 - 1),
        firstByteMs: NONE_U32,
      },
      never,
    )
    await this.#settling.get(row.requestId)
  }

  async #write(settlement: Settlement): Promise<void> {
    const { accountId, requestId, cost } = settlement
    const { isNew, isStuck } = await this.#options.writer.settle(settlement)
    this.#remember(requestId)
    if (isStuck) return this.#options.slices.freeze(accountId)
    this.#options.slices.chargeWritten(accountId, { cost, isNew })
    if (isNew) this.#options.onSettled(settlement)
  }

  #remember(requestId: string): void {
    this.#recent.add(requestId)
    if (this.#recent.size <= RECENT_MAX) return
    const oldest = this.#recent.values().next()
    if (oldest.done !== true) this.#recent.delete(oldest.value)
  }
}

type Begun = { readonly message: GatewayMessage<'renew'>; readonly hold: NanoUsd; readonly permits: Permits | undefined }

type LateSettlement = {
  readonly message: GatewayMessage<'settle'>
  readonly hold: NanoUsd | undefined
  readonly finish: (rates: Rates, covered: NanoUsd) => Promise<void>
}

type RefusalAnswer = {
  readonly message: GatewayMessage<'hold'>
  readonly reason: (typeof REFUSAL_REASONS)[number]
  readonly limit?: number
  readonly retryAfterMs?: number
  readonly subjects?: readonly Subject[]
}

type LimitFields = Pick<
  ControlMessage<'granted'>,
  'limitRequests' | 'remainingRequests' | 'resetRequestsMs' | 'limitTokens' | 'remainingTokens' | 'resetTokensMs'
>

const withDefaults = (own: CallLimits, usual: CallLimits): CallLimits => ({
  requestsPerMinute: own.requestsPerMinute ?? usual.requestsPerMinute,
  tokensPerMinute: own.tokensPerMinute ?? usual.tokensPerMinute,
  concurrentCalls: own.concurrentCalls ?? usual.concurrentCalls,
})

const usageOf = (fields: Usage): Usage => ({
  input: fields.input,
  cacheRead: fields.cacheRead,
  cacheWrite5m: fields.cacheWrite5m,
  cacheWrite1h: fields.cacheWrite1h,
  output: fields.output,
  reasoning: fields.reasoning,
})

const tokensOf = (usage: Usage): number => usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output

function settlementOf(message: GatewayMessage<'settle'>, paid: Pick<Settlement, 'cost' | 'shortfall'>): Settlement {
  const { requestId, day, accountId, keyId, startedAt, modelSerial, routeSerial, priceVersion, outcome, status } = message
  return {
    ...{ requestId, day, accountId, keyId, startedAt, modelSerial, routeSerial, priceVersion, outcome, status, ...paid },
    usageSource: message.usageSource,
    reportedModel: message.reportedModel,
    isStream: message.isStream === 1,
    isSuspect: message.isSuspect === 1,
    latencyMs: Math.min(message.latencyMs, 0x7fff_ffff),
    firstByteMs: message.firstByteMs === NONE_U32 ? undefined : Math.min(message.firstByteMs, 0x7fff_ffff),
    usage: usageOf(message),
    hold: message.amount,
  }
}
