import { randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http'
import https from 'node:https'
import { BlockList, type Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Agent } from 'undici'
import { joinParts, SeqMap, systemClock, systemIds, systemRandom } from '../lib/index.ts'
import { type Outside, systemOutside } from '../outbound/index.ts'
import { TOLD_FIELDS } from '../providers/index.ts'
import type { GatewaySettings, GatewayStart } from '../spec/index.ts'
import { Admission, LOOK_MS } from './admission.ts'
import { BodyBudget } from './body-budget.ts'
import { callFastPath } from './call-fast-path.ts'
import { CallerCache } from './callers.ts'
import { followCertificate, secureOptions } from './certificate.ts'
import { ControlClient } from './control-client.ts'
import type { FastPath } from './fast-path/index.ts'
import { type Gateway, indexCatalog } from './gateway.ts'
import { keylessTermsOf } from './keyless/index.ts'
import { closeAllOf, listenOn } from './listen-on.ts'
import { OpenConnections } from './open-connections.ts'
import { isRealtimePath } from './paths.ts'
import { acceptSession, SessionBook } from './realtime/index.ts'
import { AffinityBook, HealthBook } from './routing/index.ts'
import { serveRequest } from './serve-request.ts'
import { STALLED_LOOK_MS, StalledClients } from './stalled-clients.ts'
import { healthTeller } from './tell-health.ts'
import { vitalsTeller } from './tell-vitals.ts'
import { TimeShares } from './time-shares.ts'
import { UpstreamClient } from './upstream-client/index.ts'

/** A running gateway. */
export type RunningGateway = {
  /** Stops accepting; open calls may run `millisMax` longer; resolves when every settlement is acknowledged. */
  readonly drain: (millisMax: number) => Promise<void>
  /** Has open calls run `millisMax` longer at most, where a drain that is under way gave them more. */
  readonly hurry: (millisMax: number) => void
}

/** Two years, as lists of such hosts want it. Source: RFC 6797 §6.1 (2012-11). */
const KEPT_TO_TLS = 'max-age=63072000'
const PROGRESS_EVERY_MS = 1_000
const SETTLE_MS_MAX = 3_000
/**
 * One that is told to end answers so much longer what comes, and says with each answer that its connection ends there: what a client sent
 * before it could know is read, instead of being cut off unread with its connection.
 */
const LINGER_MS = 500

/** Starts a gateway on copies of a listening handle: no database, no files, no words to control. `outside` is what addresses in requests lead to. */
export function startGateway(start: GatewayStart, handles: readonly NetServer[], outside: Outside = systemOutside): RunningGateway {
  const gateway = buildGateway(start, outside)
  const server = createServer(start.settings, (request, response) => {
    joinParts(request)
    // A client that sends one request after the other would keep a gateway that is told to end alive.
    if (gateway.isDraining) response.shouldKeepAlive = false
    if (start.settings.tls !== undefined) response.setHeader('strict-transport-security', KEPT_TO_TLS)
    serveRequest(gateway, request, response).catch(() => response.destroy())
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    acceptSession(gateway, { request, socket, head }).catch(() => socket.destroy())
  })
  const hsts = start.settings.tls === undefined ? '' : `strict-transport-security: ${KEPT_TO_TLS}\r\n`
  const fastPath = callFastPath(gateway, server, { bounds: SERVER_BOUNDS, lines: hsts })
  // Before TLS and before a byte is read: who comes around the edge learns nothing, not even that somebody answers here.
  if (start.settings.isEdgeOnly)
    server.on('connection', (socket: Socket) => {
      if (!gateway.isTrustedProxy(socket.remoteAddress ?? '')) socket.destroy()
    })
  server.maxRequestsPerSocket = 0
  const connections = new OpenConnections(server)
  const stalled = new StalledClients(server, { clock: systemClock, isSecure: start.settings.tls !== undefined })
  const doors = listenOn(server, handles)
  const tellHealth = healthTeller(gateway)
  const tellVitals = vitalsTeller(gateway, fastPath)
  const progress = setInterval(() => {
    for (const open of gateway.openCalls.values()) open.reportProgress()
    tellHealth()
    tellVitals()
  }, PROGRESS_EVERY_MS)
  const looking = [setInterval(() => gateway.admission.look(), LOOK_MS), setInterval(() => stalled.look(), STALLED_LOOK_MS)]
  const late = new AbortController()
  const parts = { server, doors, fastPath, connections, late: late.signal }
  return {
    drain: async (millisMax) => {
      await drainServer(gateway, { ...parts, millisMax, sessionMillisMax: Math.min(millisMax, start.drainMs) })
      // What is open is told of for as long as it is.
      clearInterval(progress)
      for (const timer of looking) clearInterval(timer)
      tellHealth()
      await gateway.control.idle(SETTLE_MS_MAX)
      gateway.control.end()
    },
    hurry: (millisMax) => void setTimeout(() => late.abort(), millisMax).unref(),
  }
}

const SERVER_BOUNDS = {
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
  // Whoever asks for another protocol elsewhere is answered in this one.
  shouldUpgradeCallback: ({ url = '', headers }: IncomingMessage): boolean =>
    isRealtimePath(url.split('?', 1)[0] ?? '') && headers.upgrade?.toLowerCase() === 'websocket',
}

/** The public listener: TLS 1.3 where there is a certificate, plain HTTP on loopback and behind trusted proxies. */
function createServer({ tls }: GatewaySettings, listener: RequestListener): Server {
  if (tls === undefined) return http.createServer(SERVER_BOUNDS, listener)
  const server = https.createServer({ ...SERVER_BOUNDS, ...secureOptions(tls) }, listener)
  server.once('close', followCertificate(server, tls))
  return server
}

function buildGateway(start: GatewayStart, outside: Outside): Gateway {
  const trusted = blockListOf(start.settings.trustedProxies)
  const callers = new CallerCache(systemClock)
  const onForget = (): void => {
    callers.forgetAll()
    gateway.sessions.recheck(() => true)
  }
  const control = new ControlClient({
    path: start.channelPath,
    gatewayId: start.gatewayId,
    pid: process.pid,
    clock: systemClock,
    events: {
      onCatalog: (catalog) => {
        gateway.catalog = indexCatalog(catalog)
        gateway.health.learn(catalog)
        callers.forgetRouted()
      },
      onWelcome: ({ ipSalt, isSoldToWallets }) => {
        gateway.ipSalt = ipSalt
        gateway.isSoldToWallets = isSoldToWallets === 1
        gateway.keyless = undefined
        // What changed before was told to nobody here.
        onForget()
      },
      onKeyless: (terms) => {
        gateway.keyless = keylessTermsOf(terms)
      },
      onRevokeKey: (keyId) => {
        callers.forgetKey(keyId)
        gateway.sessions.recheck((session) => session.keyId === keyId)
      },
      onRevokeAccount: (accountId) => {
        callers.forgetAccount(accountId)
        gateway.sessions.recheck((session) => session.accountId === accountId)
      },
      onForget,
    },
  })
  const gateway: Gateway = {
    settings: start.settings,
    clock: systemClock,
    ids: systemIds(systemClock.now),
    control,
    callers,
    admission: new Admission(systemClock),
    bodies: new BodyBudget(start.settings.bodyBytesMax),
    timeShares: new TimeShares(systemClock),
    upstreams: new UpstreamClient({ clock: systemClock, connectMs: start.settings.connectMs, fields: TOLD_FIELDS }),
    agent: new Agent({ pipelining: 1, connect: { timeout: start.settings.connectMs }, keepAliveTimeout: 30_000, maxHeaderSize: 65_536 }),
    outside,
    fetching: new Set(),
    health: new HealthBook({ clock: systemClock, random: systemRandom }),
    affinity: new AffinityBook(systemClock, randomBytes(32)),
    isTrustedProxy: (address) => trusted.check(address, address.includes(':') ? 'ipv6' : 'ipv4'),
    catalog: undefined,
    ipSalt: 0,
    keyless: undefined,
    isSoldToWallets: false,
    ipTags: new WeakMap(),
    openCalls: new SeqMap(),
    sessions: new SessionBook(),
    isDraining: false,
  }
  return gateway
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** Sessions have no end of their own to wait for, so they have one time-out whatever else may go on. */
type Draining = {
  readonly server: Server
  readonly doors: readonly NetServer[]
  readonly fastPath: FastPath
  readonly connections: OpenConnections
  readonly millisMax: number
  readonly sessionMillisMax: number
  /** Aborted when what is open is to be waited for no longer, whatever `millisMax` says. */
  readonly late: AbortSignal
}

async function drainServer(
  gateway: Gateway,
  { server, doors, fastPath, connections, millisMax, sessionMillisMax, late }: Draining,
): Promise<void> {
  gateway.isDraining = true
  await connections.untilNone(Math.min(LINGER_MS, millisMax))
  const closed = closeAllOf(doors)
  const closeAll = (): void => {
    server.closeAllConnections()
    fastPath.closeAll()
  }
  const idle = setInterval(() => {
    if (late.aborted) closeAll()
    connections.closeUnused()
    fastPath.closeUnused()
  }, 50)
  const overdue = millisMax === Number.POSITIVE_INFINITY ? undefined : setTimeout(closeAll, millisMax)
  const ending = setTimeout(() => gateway.sessions.endAll(), sessionMillisMax)
  await closed
  fastPath.end()
  // A session's connection may be gone before its last answer is settled.
  await gateway.sessions.idle()
  clearTimeout(ending)
  clearInterval(idle)
  clearTimeout(overdue)
}
