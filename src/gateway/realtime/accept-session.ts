import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { fail } from '../../failures.ts'
import { SESSION_PROTOCOL } from '../../protocols/index.ts'
import type { Caller } from '../callers.ts'
import { ClientGone } from '../client-gone.ts'
import type { Gateway } from '../gateway.ts'
import { callerOfDigest, refuseElsewhere } from '../identify.ts'
import { failureOf } from '../respond.ts'
import { readCallRules } from '../routing/index.ts'
import { ipTagOf } from '../serve-request.ts'
import { SOCKET_BOUNDS } from './bounds.ts'
import { connectUpstream } from './connect-upstream.ts'
import { Funds } from './funds.ts'
import { type Opening, readOpening } from './opening.ts'
import { planNextResponse, planResponse, planTranscript } from './plan-session.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { RealtimeSession } from './session.ts'
import { admitSession, type SessionPermit } from './session-permit.ts'
import { SessionWatch } from './session-watch.ts'

/** A request that asks for another protocol, its connection, and what came after its head. */
export type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }

/**
 * A session from its request to where both sides are connected. Money for the first answer and a place are held before an upstream is
 * asked; the client is let in when the upstream has, so that what goes wrong until then is a plain HTTP answer.
 */
export async function acceptSession(gateway: Gateway, upgrade: Upgrade): Promise<void> {
  const { request, socket } = upgrade
  const requestId = gateway.ids.uuid()
  // Until the session has it, an error of the connection is nobody's: its close is looked at.
  socket.on('error', () => socket.destroy())
  try {
    if (gateway.isDraining) fail('unavailable', { seconds: 1 })
    const opening = readOpening(gateway, request)
    await open(gateway, { upgrade, opening, requestId })
  } catch (thrown) {
    if (thrown instanceof ClientGone) socket.destroy()
    else refuseUpgrade(socket, failureOf(thrown), requestId)
  }
}

type Asked = { readonly upgrade: Upgrade; readonly opening: Opening; readonly requestId: string }

async function open(gateway: Gateway, asked: Asked): Promise<void> {
  const { upgrade, opening, requestId } = asked
  const { request, socket } = upgrade
  const first = await callerOfDigest(gateway, opening.digest)
  const check = (caller: Caller): void => refuseElsewhere(gateway, request, caller)
  check(first)
  const watch = new SessionWatch(gateway, { digest: opening.digest, check }, first)
  const question = () => ({ model: opening.model, caller: watch.caller, ...readCallRules(request.headers) })
  const plan = planResponse(gateway, question())
  const ipTag = ipTagOf(gateway, request)
  const permit = await admitSession(gateway, { caller: watch.caller, plan, requestId, ipTag })
  const funds = new Funds(gateway, { caller: () => watch.caller, ipTag })
  try {
    funds.responses.plan = () => planResponse(gateway, question())
    funds.responses.wanted = 1
    await funds.cover()
    const upstream = await connectUpstream(gateway, { plan, headers: request.headers, isGone: () => socket.destroyed })
    const { target } = upstream.leg
    funds.responses.plan = () => planNextResponse(gateway, question(), target)
    const onLost = (): void => {
      upstream.attempt.end()
      upstream.socket.terminate()
      giveBack({ funds, permit })
    }
    if (socket.destroyed) return onLost()
    socket.once('close', onLost)
    letIn(upgrade, [`x-request-id: ${requestId}`, `x-farebox-route: ${target.label}`], (client) => {
      socket.removeListener('close', onLost)
      const meter = { plan, planTranscript: (model: string) => planTranscript(gateway, { ...question(), model }, target) }
      const onEnd = (): void => {
        watch.end()
        permit.end(target.route.serial)
      }
      const session = new RealtimeSession(gateway, { client, upstream, funds, meter, idleMs: gateway.settings.sessionIdleMs, onEnd })
      watch.begin(session)
      session.run()
    })
  } catch (thrown) {
    giveBack({ funds, permit })
    throw thrown
  }
}

function giveBack({ funds, permit }: { readonly funds: Funds; readonly permit: SessionPermit }): void {
  funds.close('voided', 0)
  permit.end(undefined)
}

/** Ends the handshake; a request that is none gets its refusal from there. */
function letIn({ request, socket, head }: Upgrade, headers: readonly string[], then: (client: WebSocket) => void): void {
  const handshake = new WebSocketServer({
    ...SOCKET_BOUNDS,
    noServer: true,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SESSION_PROTOCOL) ? SESSION_PROTOCOL : false),
  })
  handshake.on('headers', (lines) => lines.push(...headers))
  handshake.handleUpgrade(request, socket, head, then)
}
