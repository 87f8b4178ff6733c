/** For tests only: a session's money without a control process, and WebSockets without a network. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { duplexPair } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { WebSocket, WebSocketServer } from 'ws'
import type { GatewayMessage } from '../../channel/index.ts'
import { ChurnMap } from '../../lib/index.ts'
import { responseCall, SESSION_REFUSALS } from '../../protocols/index.ts'
import { flatPrice, type Model, type Route, UPSTREAM_KINDS, type Upstream } from '../../spec/index.ts'
import type { Gateway } from '../gateway.ts'
import type { Plan } from '../route.ts'
import { boundsOf } from '../route.ts'
import { type Target, targetOf } from '../targets.ts'
import { SOCKET_BOUNDS } from './bounds.ts'
import { Funds } from './funds.ts'

const route: Route = { serial: 7, upstreamSerial: 1, upstreamModel: 'up', priority: 1, cost: undefined }
const upstream: Upstream = { serial: 1, id: 'u', kind: UPSTREAM_KINDS[0], baseUrl: 'http://u/v1', placement: 'local', privacy: {} }
const price = flatPrice({ input: 1_000n, output: 2_000n })
const model: Model = { serial: 3, id: 'voice', context: 100, outputMax: 50, createdAt: 0, priceVersion: 1, price, routes: [route] }
/** Where the sessions of a test are served. */
export const TARGET: Target = targetOf(route, upstream)
const call = responseCall('voice')
/** What each response of a test is held for with. */
export const PLAN: Plan = {
  ...{ model, legs: [{ target: TARGET, protocol: SESSION_REFUSALS, call, translation: undefined }] },
  ...boundsOf(call, model, 1_000_000),
}

/** A control process that grants as many holds at a time as there is money for, each on a later turn. */
function fakeControl(placesAtOnce: number) {
  const granted = new Map<string, number>()
  const settled: GatewayMessage<'settle'>[] = []
  let held = 0
  let seq = 0
  const control = {
    nextSeq: () => {
      seq += 1
      return seq
    },
    hold: async (message: GatewayMessage<'hold'>, _askedAt: number, answer: (answer: object) => void) => {
      await nextTurn()
      if (held >= placesAtOnce) {
        answer({ isGranted: false, refused: { reason: 0, retryAfterMs: 0, limit: 0 } })
        return
      }
      held += 1
      granted.set(message.requestId, 0)
      answer({ isGranted: true, granted: { day: 1 } })
    },
    settle: (message: GatewayMessage<'settle'>) => {
      const { requestId } = message
      const times = granted.get(requestId)
      assert.notEqual(times, undefined, 'what was never held is settled')
      granted.set(requestId, (times ?? 0) + 1)
      settled.push(message)
      held -= 1
    },
    timed: () => undefined,
    progress: () => undefined,
  }
  return { control, granted, settled, held: () => held }
}

/** A gateway of a test, and the money of one session in it; `granted` has how often each hold was settled, `settled` as what. */
export type FakeSession = {
  readonly gateway: Gateway
  readonly funds: Funds
  readonly granted: ReadonlyMap<string, number>
  readonly settled: readonly GatewayMessage<'settle'>[]
  readonly held: () => number
}

/** A session of a caller who has money for so many holds at a time. */
export function fakeSession(placesAtOnce: number): FakeSession {
  const { control, granted, settled, held } = fakeControl(placesAtOnce)
  let ids = 0
  const gateway = {
    control,
    clock: { now: () => 1_000, monotonic: () => 1_000 },
    ids: {
      uuid: () => {
        ids += 1
        return `id-${ids}`
      },
    },
    callers: { forgetKey: () => undefined },
    openCalls: new ChurnMap(),
  } as unknown as Gateway
  const caller = { keyId: 'k', accountId: 'a', expiresAt: Number.POSITIVE_INFINITY, models: undefined, multiplier: 1_000_000 }
  const funds = new Funds(gateway, { caller: () => caller, ipTag: 1 })
  funds.responses.plan = () => PLAN
  return { gateway, funds, granted, settled, held }
}

/** Both ends of a WebSocket: who opened it, and who was asked. Between them nothing is kept: what one end does not read waits at the other. */
export type SocketPair = { readonly opened: WebSocket; readonly accepted: WebSocket }

/** Opens a WebSocket with the bounds that sessions have. */
export async function socketPair(): Promise<SocketPair> {
  const [near, far] = duplexPair()
  const server = http.createServer()
  const handshake = new WebSocketServer({ ...SOCKET_BOUNDS, server, clientTracking: false })
  const accepting = once(handshake, 'connection') as Promise<[WebSocket]>
  server.emit('connection', far)
  const opened = new WebSocket('ws://pair', { ...SOCKET_BOUNDS, createConnection: () => near })
  const [[accepted]] = await Promise.all([accepting, once(opened, 'open')])
  return { opened, accepted }
}
