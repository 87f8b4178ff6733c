import net from 'node:net'
import {
  type CONTROL_MESSAGES,
  type ControlMessage,
  type GATEWAY_MESSAGES,
  type GatewayMessage,
  KeptMessages,
  Link,
  makeCodec,
  NONE_U32,
  SPELLED_CONTROL,
  SPELLED_GATEWAY,
} from '../channel/index.ts'
import { type Clock, type Network, SeqMap } from '../lib/index.ts'
import { type Catalog, decodeCatalog, NO_USAGE } from '../spec/index.ts'
import { HoldTimes } from './hold-times.ts'

/** What control answers to a look-up; `models`, `upstreams` and `networks` are undefined for a key that may use all of them, from everywhere. */
export type Authorized = ControlMessage<'authorized'> & {
  readonly models: ReadonlySet<number> | undefined
  readonly upstreams: ReadonlySet<number> | undefined
  readonly networks: readonly Network[] | undefined
}

/** Control's answer to a hold. */
export type HoldAnswer =
  | { readonly isGranted: true; readonly granted: ControlMessage<'granted'> }
  | { readonly isGranted: false; readonly refused: ControlMessage<'refused'> | undefined }

/** What the client tells its gateway. */
export type ControlEvents = {
  readonly onCatalog: (catalog: Catalog) => void
  readonly onRevokeKey: (keyId: string) => void
  readonly onRevokeAccount: (accountId: string) => void
  readonly onForget: () => void
  readonly onWelcome: (told: ControlMessage<'welcome'>) => void
  /** Calls without a key are sold, on these terms; told after each welcome, as they end with it. */
  readonly onKeyless: (terms: ControlMessage<'keyless'>) => void
}

/** Where control is and who asks; `path` is its local socket. */
export type ControlClientOptions = {
  readonly path: string
  readonly gatewayId: string
  readonly pid: number
  readonly clock: Clock
  readonly events: ControlEvents
}

type Hold = GatewayMessage<'hold'>
type Granted = ControlMessage<'granted'>

/** A call by its number: asked for until it is granted, and then open until it is settled. One object for both, as each call goes through both. */
type KnownCall = {
  readonly message: Hold
  /** Until when it waits, by the monotonic clock. */
  readonly until: number
  /** undefined once it was answered or has given up. */
  answer: ((answer: HoldAnswer) => void) | undefined
  isSent: boolean
  granted: Granted | undefined
}

const isAsked = ({ granted }: KnownCall): boolean => granted === undefined

const ANSWER_MS_MAX = 5_000
/** A facilitator has 30 s to look and 30 s to settle, and the books come after that. */
const PAID_MS_MAX = 75_000
const RECONNECT_MS = 50
const READ_BYTES_MAX = 65_536
const gatewayCodec = makeCodec(SPELLED_GATEWAY)
const controlCodec = makeCodec(SPELLED_CONTROL)

/**
 * The gateway's end of the control channel. It remembers what control could forget: open calls and settlements that were not yet
 * acknowledged, and tells them again after a reconnect.
 */
export class ControlClient {
  readonly #options: ControlClientOptions
  readonly #calls = new SeqMap<KnownCall>()
  /** Those that were not acknowledged. */
  readonly #settlements = new KeptMessages(gatewayCodec, 'settle')
  readonly #lookUps = new Map<number, (answer: Authorized | undefined) => void>()
  readonly #payments = new Map<number, (answer: ControlMessage<'paid'> | undefined) => void>()
  readonly #allowed = new Map<number, Set<number>>()
  readonly #routable = new Map<number, Set<number>>()
  readonly #networks = new Map<number, Network[]>()
  readonly #waitingForIdle: (() => void)[] = []
  readonly #holdTimes = new HoldTimes()
  #link: Link<typeof GATEWAY_MESSAGES, typeof CONTROL_MESSAGES> | undefined
  #giveUpSoon: NodeJS.Timeout | undefined
  #nextSeq = 1
  #isEnding = false

  constructor(options: ControlClientOptions) {
    this.#options = options
    this.#connect()
  }

  get isConnected(): boolean {
    return this.#link !== undefined
  }

  /** A number for the next call or look-up of this gateway. */
  nextSeq(): number {
    const seq = this.#nextSeq
    this.#nextSeq = seq === 0xffff_fffe ? 1 : seq + 1
    return seq
  }

  /**
   * Asks who a key is; undefined when control did not answer in time. `onAnswer` is told before whatever control says next, such as that the
   * key has changed since; the promise perhaps after.
   */
  authorize(keyHash: Buffer, onAnswer?: (answer: Authorized) => void): Promise<Authorized | undefined> {
    const seq = this.nextSeq()
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(undefined), ANSWER_MS_MAX)
      const done = (answer: Authorized | undefined): void => {
        clearTimeout(timer)
        this.#lookUps.delete(seq)
        this.#allowed.delete(seq)
        this.#routable.delete(seq)
        this.#networks.delete(seq)
        if (answer !== undefined) onAnswer?.(answer)
        resolve(answer)
      }
      this.#lookUps.set(seq, done)
      if (this.#link === undefined) done(undefined)
      else this.#link.send('authorize', { seq, keyHash })
    })
  }

  /** Has a payment settled; undefined when control did not say in time, or is not there any more: nobody knows then whether it was taken. */
  pay(payment: Omit<GatewayMessage<'pay'>, 'seq'>): Promise<ControlMessage<'paid'> | undefined> {
    const seq = this.nextSeq()
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(undefined), PAID_MS_MAX)
      const done = (answer: ControlMessage<'paid'> | undefined): void => {
        clearTimeout(timer)
        this.#payments.delete(seq)
        resolve(answer)
      }
      this.#payments.set(seq, done)
      if (this.#link === undefined) done(undefined)
      else this.#link.send('pay', { ...payment, seq })
    })
  }

  /** Asks for a hold, at a time of the monotonic clock; `answer` is told once. A grant that comes too late is given back as a void settlement. */
  hold(message: Hold, askedAt: number, answer: (answer: HoldAnswer) => void): void {
    const until = askedAt + ANSWER_MS_MAX
    const isSent = this.#link !== undefined
    this.#calls.set(message.seq, { message, until, answer, isSent, granted: undefined })
    this.#giveUpSoon ??= setTimeout(() => this.#giveUp(), ANSWER_MS_MAX)
    this.#link?.send('hold', message)
  }

  /** Answers holds that have waited for too long; one timer for all of them, as one for each costs more than to look. */
  #giveUp(): void {
    this.#giveUpSoon = undefined
    const now = this.#options.clock.monotonic()
    const waiting = this.#calls.values().filter((call) => isAsked(call) && call.answer !== undefined)
    for (const call of waiting.filter(({ until }) => until <= now)) {
      call.answer?.({ isGranted: false, refused: undefined })
      call.answer = undefined
      if (!call.isSent) this.#calls.delete(call.message.seq)
    }
    const next = waiting.find(({ until }) => until > now)
    if (next !== undefined) this.#giveUpSoon = setTimeout(() => this.#giveUp(), Math.ceil(next.until - now))
  }

  /** Tells what an open call has used so far. */
  progress(message: GatewayMessage<'progress'>): void {
    this.#link?.send('progress', message)
  }

  /** Tells how a route does; lost if control is not there. */
  routeHealth(message: GatewayMessage<'routeHealth'>): void {
    this.#link?.send('routeHealth', message)
  }

  /** Tells how this process does, which is lost if control is not there, and how long holds took. */
  vitals(message: GatewayMessage<'vitals'>): void {
    this.#tellHoldTimes()
    this.#link?.send('vitals', message)
  }

  /** Tells how a key of an upstream does; lost if control is not there. */
  keyHealth(message: GatewayMessage<'keyHealth'>): void {
    this.#link?.send('keyHealth', message)
  }

  /** Notes how long a hold took; told with the next vitals and at the end, and lost when this process dies before. */
  timed(holdMs: number): void {
    this.#holdTimes.add(holdMs)
  }

  /**
   * Settles a call, once. When `then` is called, or without one when it returns, the message is out of this process if control is there,
   * and kept to be sent again if not; with `then` it shares its write with whatever else is said in this turn of the event loop.
   */
  settle(message: GatewayMessage<'settle'>, then?: () => void): void {
    const said = this.#settlements.keep(message.seq, message)
    this.#calls.delete(message.seq)
    this.#link?.sendBytes(said)
    if (then === undefined) this.#link?.flush()
    else if (this.#link === undefined) then()
    else this.#link.afterFlush(then)
  }

  /**
   * Resolves when no call is asked for, open or to be acknowledged, or after `millisMax`: a client that left has taken its connection with it,
   * perhaps before its call is settled.
   */
  async idle(millisMax: number): Promise<void> {
    if (this.#isIdle) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, millisMax)
      this.#waitingForIdle.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Ends the channel for good. */
  end(): void {
    this.#isEnding = true
    clearTimeout(this.#giveUpSoon)
    this.#tellHoldTimes()
    this.#link?.close()
  }

  #tellHoldTimes(): void {
    if (this.#link === undefined) return
    for (const times of this.#holdTimes.take()) this.#link.send('timed', times)
  }

  #connect(): void {
    // Messages are read before the listener returns, so one place is enough for all that comes; Node would take 64 kB anew for each read.
    const read = Buffer.allocUnsafeSlow(READ_BYTES_MAX)
    const onread = { buffer: read, callback: (count: number): boolean => socket.emit('data', read.subarray(0, count)) }
    const socket: net.Socket = net.connect({ path: this.#options.path, onread })
    socket.once('connect', () => this.#begin(socket))
    socket.once('error', () => {
      socket.destroy()
      if (this.#link === undefined) this.#reconnect()
    })
  }

  #reconnect(): void {
    if (!this.#isEnding) setTimeout(() => this.#connect(), RECONNECT_MS)
  }

  #begin(socket: net.Socket): void {
    const link: Link<typeof GATEWAY_MESSAGES, typeof CONTROL_MESSAGES> = new Link({
      socket,
      out: gatewayCodec,
      in: controlCodec,
      onText: (text) => this.#options.events.onCatalog(decodeCatalog(text)),
      onClose: () => {
        this.#link = undefined
        for (const lookUp of [...this.#lookUps.values(), ...this.#payments.values()]) lookUp(undefined)
        this.#reconnect()
      },
      handlers: {
        welcome: (told) => this.#options.events.onWelcome(told),
        allowed: ({ seq, modelSerial }) => addTo(this.#allowed, seq, modelSerial),
        routable: ({ seq, upstreamSerial }) => addTo(this.#routable, seq, upstreamSerial),
        within: (message) => this.#onWithin(message),
        authorized: (message) => this.#onAuthorized(message),
        granted: (message) => this.#onGranted(message),
        refused: (message) => this.#onRefused(message),
        settled: ({ seq }) => this.#onSettled(seq),
        revoke: ({ keyId }) => this.#options.events.onRevokeKey(keyId),
        revokeAccount: ({ accountId }) => this.#options.events.onRevokeAccount(accountId),
        forget: () => this.#options.events.onForget(),
        keyless: (terms) => this.#options.events.onKeyless(terms),
        paid: (answer) => this.#payments.get(answer.seq)?.(answer),
      },
    })
    this.#link = link
    this.#resume(link)
  }

  /** Tells a control process, perhaps a new one, everything that is open or unacknowledged. */
  #resume(link: Link<typeof GATEWAY_MESSAGES, typeof CONTROL_MESSAGES>): void {
    link.send('hello', { gatewayId: this.#options.gatewayId, pid: this.#options.pid })
    const calls = this.#calls.values()
    let open = 0
    for (const { message, granted } of calls) {
      if (granted === undefined) continue
      open += 1
      link.send('renew', { ...message, day: granted.day, heldAt: granted.heldAt })
    }
    for (const settlement of this.#settlements.all()) link.sendBytes(settlement)
    link.send('resumed', { open })
    for (const call of calls) {
      if (!isAsked(call)) continue
      call.isSent = true
      link.send('hold', call.message)
    }
  }

  #onWithin({ seq, word0, word1, word2, word3, prefix }: ControlMessage<'within'>): void {
    if (!this.#lookUps.has(seq)) return
    const known = this.#networks.get(seq) ?? []
    known.push({ words: [word0, word1, word2, word3], prefix })
    this.#networks.set(seq, known)
  }

  #onAuthorized(message: ControlMessage<'authorized'>): void {
    const models = message.isModelBound === 1 ? (this.#allowed.get(message.seq) ?? new Set<number>()) : undefined
    const upstreams = message.isRouteBound === 1 ? (this.#routable.get(message.seq) ?? new Set<number>()) : undefined
    const networks = message.isAddressBound === 1 ? (this.#networks.get(message.seq) ?? []) : undefined
    this.#lookUps.get(message.seq)?.({ ...message, models, upstreams, networks })
  }

  #onGranted(granted: Granted): void {
    const call = this.#calls.get(granted.seq)
    if (call === undefined || !isAsked(call)) return
    call.granted = granted
    const { message, answer } = call
    call.answer = undefined
    if (answer === undefined) this.settle(voidSettlement(message, granted))
    else answer({ isGranted: true, granted })
  }

  #onRefused(refused: ControlMessage<'refused'>): void {
    const call = this.#calls.get(refused.seq)
    if (call === undefined || !isAsked(call)) return
    this.#calls.delete(refused.seq)
    call.answer?.({ isGranted: false, refused })
    this.#tellIdle()
  }

  #onSettled(seq: number): void {
    if (this.#settlements.drop(seq)) this.#tellIdle()
  }

  get #isIdle(): boolean {
    return this.#calls.size === 0 && this.#settlements.size === 0
  }

  #tellIdle(): void {
    if (this.#waitingForIdle.length === 0 || !this.#isIdle) return
    for (const resolve of this.#waitingForIdle.splice(0)) resolve()
  }
}

function addTo(sets: Map<number, Set<number>>, seq: number, serial: number): void {
  const known = sets.get(seq) ?? new Set()
  known.add(serial)
  sets.set(seq, known)
}

/** The settlement of a call that never reached an upstream. */
export function voidSettlement(hold: Hold, granted: Pick<GatewayMessage<'renew'>, 'day' | 'heldAt'>): GatewayMessage<'settle'> {
  return {
    ...hold,
    day: granted.day,
    heldAt: granted.heldAt,
    routeSerial: 0,
    ...NO_USAGE,
    reportedInput: NONE_U32,
    reportedOutput: NONE_U32,
    outcome: 8,
    status: 0,
    usageSource: 0,
    reportedModel: 0,
    isStream: 0,
    isSuspect: 0,
    latencyMs: 0,
    firstByteMs: NONE_U32,
  }
}
