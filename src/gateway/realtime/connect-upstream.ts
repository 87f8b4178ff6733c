import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { FailureError, failure } from '../../failures.ts'
import { SESSION_REFUSALS } from '../../protocols/index.ts'
import { realtimeHeaders, realtimeUrl } from '../../providers/index.ts'
import { ClientGone } from '../client-gone.ts'
import type { Gateway } from '../gateway.ts'
import type { Leg } from '../legs.ts'
import type { Plan } from '../route.ts'
import { type Attempt, Itinerary, orderWays, type Stop, type Trouble, troubleOfReply, troubleOfThrown } from '../routing/index.ts'
import { SOCKET_BOUNDS } from './bounds.ts'

/** A session at an upstream, of which nothing has been read yet. */
export type UpstreamSession = { readonly socket: WebSocket; readonly leg: Leg; readonly attempt: Attempt }

/** Whom a session is opened for. */
export type Connecting = { readonly plan: Plan; readonly headers: IncomingHttpHeaders; readonly isGone: () => boolean }

const TIMEOUTS_MAX = 2

/**
 * Opens a session at the first target that takes it, at the addresses of the catalogue and nowhere that they point to. Fails with
 * upstream_failed, upstream_timeout, upstream_limited, upstream_refused; throws ClientGone.
 */
export async function connectUpstream(gateway: Gateway, { plan, headers, isGone }: Connecting): Promise<UpstreamSession> {
  const { health, clock, settings } = gateway
  const strategy = plan.model.strategy ?? 'priority'
  const ordering = { strategy, health, random: health.chance.random, named: plan.named, isStream: true, warmRoute: undefined }
  const ways = orderWays(plan.legs, { ...ordering, costOf: () => undefined })
  const untilMs = clock.monotonic() + TIMEOUTS_MAX * settings.firstByteMs
  const itinerary = new Itinerary({ health, ways, tag: undefined, untilMs })
  for (let stop = itinerary.next(); stop !== undefined; stop = itinerary.next()) {
    if (stop.waitMs > 0) await pause(stop.waitMs)
    if (isGone()) throw new ClientGone()
    const session = await attempt(gateway, stop, headers)
    if ('socket' in session) return session
    itinerary.failed(session)
  }
  throw new FailureError(itinerary.failure())
}

async function attempt(gateway: Gateway, { item: leg, key }: Stop<Leg>, headers: IncomingHttpHeaders): Promise<UpstreamSession | Trouble> {
  const { route, upstream } = leg.target
  const begunAt = gateway.clock.monotonic()
  const made = gateway.health.begin(route, key, true)
  const socket = new WebSocket(realtimeUrl(upstream, route.upstreamModel), {
    ...SOCKET_BOUNDS,
    headers: realtimeHeaders(key.key, headers),
    followRedirects: false,
  })
  const trouble = await untilOpen(socket, gateway.settings.firstByteMs)
  if (trouble === undefined) {
    made.answered(gateway.clock.monotonic() - begunAt)
    return { socket, leg, attempt: made }
  }
  made.failed(trouble)
  return trouble
}

/** Resolves when it is open, and then paused; with what is wrong when it does not open. */
function untilOpen(socket: WebSocket, millisMax: number): Promise<Trouble | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'timeout', scope: 'route', told: failure('upstream_timeout'), isPassing: false })
      socket.terminate()
    }, millisMax)
    const done = (trouble: Trouble | undefined): void => {
      clearTimeout(timer)
      resolve(trouble)
    }
    // Stays, so that an error later on is an end of the session and not one of the process.
    socket.on('error', (error) => done(troubleOfThrown(error)))
    socket.once('unexpected-response', (request, response) => {
      clearTimeout(timer)
      resolve(troubleOfResponse(response))
      response.once('close', () => request.destroy())
    })
    socket.once('open', () => {
      socket.pause()
      done(undefined)
    })
  })
}

const BODY_BYTES_MAX = 16_384

async function troubleOfResponse(response: IncomingMessage): Promise<Trouble> {
  const { statusCode: status = 0, headers } = response
  const beginning = await beginningOf(response)
  if (beginning === undefined) return { kind: 'connection', scope: 'route', told: failure('upstream_failed'), isPassing: false }
  const refused = { kind: 'malformed', scope: 'request', told: failure('upstream_refused'), isPassing: false } as const
  return troubleOfReply({ status, headers, isEmpty: beginning.length === 0, beginning: () => beginning }, SESSION_REFUSALS) ?? refused
}

/** How long a refusal may take to come. */
const BODY_MS_MAX = 2_000

/** The beginning of a body; undefined where it broke off or does not come. */
async function beginningOf(response: IncomingMessage): Promise<Buffer | undefined> {
  const late = setTimeout(() => response.destroy(), BODY_MS_MAX)
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of response) {
      const bytes = part as Buffer
      parts.push(bytes)
      size += bytes.length
      if (size > BODY_BYTES_MAX) break
    }
  } catch {
    return undefined
  } finally {
    clearTimeout(late)
  }
  return Buffer.concat(parts).subarray(0, BODY_BYTES_MAX)
}
