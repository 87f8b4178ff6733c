import { createServer, type Server, type Socket } from 'node:net'
import {
  AUTHORIZE_STATUSES,
  type CONTROL_MESSAGES,
  type GATEWAY_MESSAGES,
  type GatewayMessage,
  Link,
  makeCodec,
  SPELLED_CONTROL,
  SPELLED_GATEWAY,
} from '../channel/index.ts'
import { type Clock, errorCode, type Log, type Network, readInto, SeqMap } from '../lib/index.ts'
import { type Catalog, encodeCatalog, type RouteRules, ruleAgainst } from '../spec/index.ts'
import type { Asker, CallDesk } from './call-desk.ts'
import type { HealthBoard } from './health-board.ts'
import type { KeyDirectory } from './key-directory.ts'
import type { Till } from './open-x402.ts'
import { answerPayment } from './payment-answers.ts'

/** What one read gives at most, in bytes. */
const READ_BYTES_MAX = 65_536

type ControlLink = Link<typeof CONTROL_MESSAGES, typeof GATEWAY_MESSAGES>
type Session = {
  readonly gatewayId: string
  link: ControlLink | undefined
  isResumed: boolean
  /** Of calls that are asked for or open, by what their gateway calls them. */
  readonly requestIds: SeqMap<string>
  lostTimer: NodeJS.Timeout | undefined
}

/** What the sessions work with. */
export type GatewaySessionsOptions = {
  readonly desk: CallDesk
  readonly keys: KeyDirectory
  readonly clock: Clock
  readonly log: Log
  readonly ipSalt: number
  /** What gateways tell of routes and keys. */
  readonly health: HealthBoard
  /** Called when a gateway has told all it has. */
  readonly onResumed: () => void
  /** Told how long holds took, as a gateway saw it. */
  readonly onHoldsTimed?: (times: GatewayMessage<'timed'>) => void
  /** Told how a gateway does, each second, by its id; without vitals when it is gone. */
  readonly onVitals?: (gatewayId: string, vitals: GatewayMessage<'vitals'> | undefined) => void
  /** A gateway that has not come back after this time is dead; in milliseconds (3 000 when left out). */
  readonly lostMs?: number
}

const LOST_MS = 3_000
const NOBODY = '00000000-0000-0000-0000-000000000000'
const UNBOUND = { isModelBound: 0, isRouteBound: 0, isAddressBound: 0 }
const gatewayCodec = makeCodec(SPELLED_GATEWAY)
const controlCodec = makeCodec(SPELLED_CONTROL)

/** What is sold to those who have no key: single calls by a till, and, to wallets, balance and plans of an account that is opened for them. */
export type SoldWithoutKey = { readonly till: Till | undefined; readonly isSoldToWallets: boolean }

const NOTHING_SOLD: SoldWithoutKey = { till: undefined, isSoldToWallets: false }

/** Control's end of the control channel: one session for each gateway process. */
export class GatewaySessions {
  readonly #options: GatewaySessionsOptions
  readonly #sessions = new Map<string, Session>()
  readonly #server: Server
  #catalog: Catalog | undefined
  #catalogText = ''
  #till: Till | undefined
  #isSoldToWallets = false
  #latest = { time: 0, since: 0 }

  constructor(options: GatewaySessionsOptions) {
    this.#options = options
    // Messages are read before the listener returns, so one place is enough for all that comes.
    const read = Buffer.allocUnsafeSlow(READ_BYTES_MAX)
    const reading = { buffer: read, told: (count: number): Buffer => read.subarray(0, count) }
    this.#server = createServer((socket) => this.#accept(readInto(socket, reading)))
  }

  /** Gateways that are connected and have told all they have. */
  get resumedCount(): number {
    return [...this.#sessions.values()].filter((session) => session.isResumed && session.link !== undefined).length
  }

  get connectedCount(): number {
    return [...this.#sessions.values()].filter((session) => session.link !== undefined).length
  }

  /** Waits for gateways at a local socket; each is told what is sold to those who have no key, if anything is. */
  listen(path: string, { till, isSoldToWallets }: SoldWithoutKey = NOTHING_SOLD): Promise<void> {
    this.#till = till
    this.#isSoldToWallets = isSoldToWallets
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, () => resolve())
    })
  }

  close(): void {
    this.#server.close()
    for (const { link } of this.#sessions.values()) link?.close()
  }

  /** Sends a catalogue to every gateway, now and whenever one comes. */
  publish(catalog: Catalog): void {
    this.#catalog = catalog
    this.#catalogText = encodeCatalog(catalog)
    this.#options.health.learn(catalog)
    this.#broadcast((link) => link.sendText(this.#catalogText))
  }

  revokeKey(keyId: string): void {
    this.#broadcast((link) => link.send('revoke', { keyId }))
  }

  revokeAccount(accountId: string): void {
    this.#broadcast((link) => link.send('revokeAccount', { accountId }))
  }

  forgetAll(): void {
    this.#broadcast((link) => link.send('forget', {}))
  }

  #broadcast(send: (link: ControlLink) => void): void {
    for (const { link } of this.#sessions.values()) if (link !== undefined) send(link)
  }

  #accept(socket: Socket): void {
    let session: Session | undefined
    const asker: Asker = {
      granted: (message) => link.send('granted', message),
      refused: (message) => {
        session?.requestIds.delete(message.seq)
        link.send('refused', message)
      },
      settled: (message) => link.send('settled', message),
    }
    const link: ControlLink = new Link({
      socket,
      out: controlCodec,
      in: gatewayCodec,
      onClose: () => {
        if (session !== undefined) this.#onClosed(session, link)
      },
      onFault: (thrown) => this.#options.log({ event: 'gateway-message-refused', code: errorCode(thrown) }),
      handlers: {
        hello: (message) => {
          session = this.#begin(message, link)
        },
        authorize: (message) => void this.#authorize(message, link),
        pay: (message) => void this.#pay(message, link),
        hold: (message) => this.#hold(known(session), message, asker),
        renew: (message) => {
          const { requestIds, gatewayId } = known(session)
          requestIds.set(message.seq, message.requestId)
          this.#options.desk.renew(gatewayId, message)
        },
        progress: (message) => {
          const requestId = known(session).requestIds.get(message.seq)
          if (requestId !== undefined) this.#options.desk.progress(requestId, message)
        },
        settle: (message) => {
          known(session).requestIds.delete(message.seq)
          this.#options.desk.settle(message, asker)
        },
        routeHealth: (message) => this.#options.health.hearRoute(known(session).gatewayId, message),
        keyHealth: (message) => this.#options.health.hearKey(known(session).gatewayId, message),
        vitals: (message) => this.#options.onVitals?.(known(session).gatewayId, message),
        timed: (message) => this.#options.onHoldsTimed?.(message),
        resumed: () => {
          known(session).isResumed = true
          this.#options.onResumed()
        },
      },
    })
  }

  #begin({ gatewayId }: GatewayMessage<'hello'>, link: ControlLink): Session {
    const fresh = { gatewayId, link: undefined, isResumed: false, requestIds: new SeqMap<string>(), lostTimer: undefined }
    const session: Session = this.#sessions.get(gatewayId) ?? fresh
    clearTimeout(session.lostTimer)
    session.link = link
    session.isResumed = false
    this.#sessions.set(gatewayId, session)
    link.send('welcome', { ipSalt: this.#options.ipSalt, isSoldToWallets: this.#isSoldToWallets ? 1 : 0 })
    if (this.#till !== undefined) link.send('keyless', this.#till.terms)
    if (this.#catalog !== undefined) link.sendText(this.#catalogText)
    return session
  }

  #hold(session: Session, message: GatewayMessage<'hold'>, asker: Asker): void {
    session.requestIds.set(message.seq, message.requestId)
    try {
      const answered = this.#options.desk.hold(session.gatewayId, message, asker)
      if (answered !== undefined) void this.#afterHold(session, answered)
    } catch (thrown) {
      this.#options.log({ event: 'hold-failed', code: errorCode(thrown) })
    }
  }

  async #afterHold(session: Session, answered: Promise<void>): Promise<void> {
    try {
      await answered
      // The gateway can have died while its hold waited for money.
      if (!this.#sessions.has(session.gatewayId)) await this.#options.desk.settleLostGateway(session.gatewayId)
    } catch (thrown) {
      this.#options.log({ event: 'hold-failed', code: errorCode(thrown) })
    }
  }

  async #pay(message: GatewayMessage<'pay'>, link: ControlLink): Promise<void> {
    const { keys, log } = this.#options
    link.send('paid', await answerPayment(message, { till: this.#till, keys, log }))
  }

  async #authorize({ seq, keyHash }: GatewayMessage<'authorize'>, link: ControlLink): Promise<void> {
    const status = (name: (typeof AUTHORIZE_STATUSES)[number]): number => AUTHORIZE_STATUSES.indexOf(name)
    const nobody = { seq, keyId: NOBODY, accountId: NOBODY, expiresInMs: 0, ...UNBOUND, multiplier: 0 }
    try {
      const key = await this.#options.keys.findByHash(keyHash)
      if (key === undefined) return link.send('authorized', { ...nobody, status: status('unknown') })
      if (key.accountStatus !== 'active') {
        const reason = key.suspension === undefined ? 'suspended' : (`suspended-${key.suspension}` as const)
        return link.send('authorized', { ...nobody, status: status(reason) })
      }
      if (key.pausedFor !== undefined) {
        const rests = key.pausedFor === 'owner' ? 'paused' : (`paused-${key.pausedFor}` as const)
        return link.send('authorized', { ...nobody, status: status(rests) })
      }
      const now = this.#expiryTime()
      if (key.expiresAt !== undefined && key.expiresAt <= now) return link.send('authorized', { ...nobody, status: status('expired') })
      const { secretUntil = Infinity } = key
      if (secretUntil <= now) return link.send('authorized', { ...nobody, status: status('replaced') })
      const endsAt = key.subscription?.endsAt
      if (endsAt !== undefined && endsAt <= now) return link.send('authorized', { ...nobody, status: status('ended') })
      const until = Math.min(key.expiresAt ?? Infinity, endsAt ?? Infinity, secretUntil)
      const expiresInMs = until === Infinity ? 0 : until - now
      for (const modelSerial of this.#serialsOf(key.models)) link.send('allowed', { seq, modelSerial })
      const { keyId, accountId, multiplier } = key
      for (const upstreamSerial of this.#upstreamsOf(key.routing)) link.send('routable', { seq, upstreamSerial })
      for (const network of key.ipRanges ?? []) link.send('within', { seq, ...wordsOf(network) })
      const bound = {
        isModelBound: isBound(key.models),
        isRouteBound: isBound(key.routing),
        isAddressBound: isBound(key.ipRanges),
        multiplier,
        expiresInMs: Math.ceil(expiresInMs),
      }
      link.send('authorized', { seq, status: status('ok'), keyId, accountId, ...bound })
    } catch (thrown) {
      this.#options.log({ event: 'authorize-failed', code: errorCode(thrown) })
      link.send('authorized', { ...nobody, status: status('busy') })
    }
  }

  /** The time by which keys expire: it goes on evenly or forward, so that a clock that is set back gives no key longer to live. */
  #expiryTime(): number {
    const { clock } = this.#options
    const since = clock.monotonic()
    const time = Math.max(clock.now(), this.#latest.time + since - this.#latest.since)
    this.#latest = { time, since }
    return time
  }

  #serialsOf(models: readonly string[] | undefined): readonly number[] {
    if (models === undefined) return []
    const named = new Set(models)
    return (this.#catalog?.models ?? []).filter((model) => named.has(model.id)).map((model) => model.serial)
  }

  /** The upstreams that rules of a key let its calls go to; by the catalogue that gateways have. */
  #upstreamsOf(rules: RouteRules | undefined): readonly number[] {
    if (rules === undefined) return []
    const now = this.#options.clock.now()
    return (this.#catalog?.upstreams ?? [])
      .filter((upstream) => ruleAgainst(upstream, rules, now) === undefined)
      .map(({ serial }) => serial)
  }

  #onClosed(session: Session, link: ControlLink): void {
    if (session.link !== link) return
    session.link = undefined
    session.isResumed = false
    session.lostTimer = setTimeout(() => {
      this.#sessions.delete(session.gatewayId)
      this.#options.health.forget(session.gatewayId)
      this.#options.onVitals?.(session.gatewayId, undefined)
      this.#options.desk.settleLostGateway(session.gatewayId).catch((thrown: unknown) => {
        this.#options.log({ event: 'lost-gateway-unsettled', code: errorCode(thrown) })
      })
    }, this.#options.lostMs ?? LOST_MS)
    session.lostTimer.unref()
  }
}

const wordsOf = ({ words: [word0, word1, word2, word3], prefix }: Network) => ({ word0, word1, word2, word3, prefix })

const isBound = (bound: object | undefined): number => (bound === undefined ? 0 : 1)

function known(session: Session | undefined): Session {
  if (session === undefined) throw new TypeError('a gateway spoke before its hello')
  return session
}
