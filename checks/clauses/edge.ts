import net from 'node:net'
import { seededRandom } from '../../sim/index.ts'
import { clientAddressOf } from '../../src/gateway/index.ts'
import { errorCode } from '../../src/lib/index.ts'
import { call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'
import { TRIALS, tryOut } from './attested.ts'

const CLAUSE = 'S2.18'
const EDGE = '127.0.0.1'
/** Addresses of this machine that are not the edge's; all of 127.0.0.0/8 is its own. */
const OUTSIDERS = ['127.0.0.2', '127.8.0.1', '127.255.255.254']
const ANSWER_MS_MAX = 5_000

/**
 * CL-edge: behind an edge the listener takes connections of the edge alone, and sends others away before it reads or says a byte; what the edge
 * tells of a client's address is believed, and of nobody else; the policy says that there is an edge exactly while somebody attests it and nobody
 * gets around it. That a probe from another network sees the edge is for `farebox verify` from there.
 */
export async function edge(context: CheckContext): Promise<Measured> {
  for (const trial of TRIALS)
    for (const isEdgeOnly of [true, false]) {
      const printed = tryOut(CLAUSE, trial, { isEdgeOnly })
      context.expect(
        printed === (trial.holds && isEdgeOnly),
        `${trial.name}, edge only: ${isEdgeOnly}: it is ${printed ? 'printed' : 'left out'}`,
      )
    }
  believeEdgeAlone(context)
  const world = await startWorld({ env: { FAREBOX_TRUSTED_PROXIES: EDGE, FAREBOX_EDGE_ONLY: 'yes' } })
  try {
    const { key } = await world.operator.customer('10.00')
    for (let index = 0; index < context.n; index += 1) {
      const from = OUTSIDERS[index % OUTSIDERS.length] ?? ''
      const told = await knock(world, from)
      context.expect(told === '', `${from} was told ${JSON.stringify(told.slice(0, 40))}`)
    }
    context.expect((await knock(world, EDGE)).startsWith('HTTP/1.1 200'), 'blind: the edge is sent away too')
    const { status } = await call({
      base: world.base,
      key,
      protocol: 'openai',
      model: 'm-openai',
      headers: { 'x-forwarded-for': '198.51.100.7' },
    })
    context.expect(status === 200, `a call by way of the edge ended with ${status}`)
    return { n: context.n, measured: { sentAway: context.n, clauseTrials: 2 * TRIALS.length, fromAnotherNetwork: 'not run: one machine' } }
  } finally {
    await world.stop()
  }
}

/** What the public listener says to a request from an address of this machine. */
function knock(world: World, localAddress: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let told = ''
  const socket = net.connect({ host: '127.0.0.1', port: world.port, localAddress, timeout: ANSWER_MS_MAX })
  socket.on('connect', () => socket.write('GET /healthz HTTP/1.1\r\nHost: fare.example\r\nConnection: close\r\n\r\n'))
  socket.on('data', (bytes) => {
    told += bytes.toString('latin1')
  })
  socket.on('timeout', () => socket.destroy(new Error('neither answered nor sent away')))
  socket.on('error', (error) => {
    // Being sent away may be told as a reset; without a connection nothing would be shown.
    if (errorCode(error) !== 'ECONNRESET' && errorCode(error) !== 'EPIPE') told += error.message
  })
  socket.on('close', () => resolve(told))
  return promise
}

/** By many headers: a stranger's changes nothing, and what stands before the edge's entry changes nothing either. */
function believeEdgeAlone(context: CheckContext): void {
  const random = seededRandom(context.seed)
  const isTrusted = (address: string): boolean => address === EDGE
  const address = (): string => [198, 51, 100, random.below(256)].join('.')
  for (let index = 0; index < 1000; index += 1) {
    const lies = Array.from({ length: random.below(4) }, () => random.pick([address(), EDGE, 'unknown', '', '::1'] as const)).join(', ')
    const [peer, client] = [address(), address()]
    const stranger = clientAddressOf({ peer, forwarded: `${lies}, ${client}`, isTrusted })
    const known = clientAddressOf({ peer: EDGE, forwarded: `${lies}, ${client}`, isTrusted })
    context.expect(stranger === peer, `a stranger at ${peer} is taken for ${stranger}`)
    context.expect(known === client, `${client}, told by the edge, is taken for ${known}`)
  }
}
