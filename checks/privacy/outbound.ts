import type { CheckContext, Measured } from '../harness/index.ts'
import { startListeningCanary } from '../security/listening-canary.ts'
import { startWorld, type World } from '../world.ts'
import { sampleDuring } from './sampled.ts'
import { ipSocketsOf } from './sockets.ts'
import { IMPATIENT, MODELS, planCalls, Traffic } from './traffic.ts'

const CALLS_AT_ONCE = 8

/**
 * PRV-04: the addresses that a server calls are those of the upstreams that its calls are for, neither more nor fewer: no telemetry, no
 * look-ups, no upstream that nobody asked for. Every process of it is watched, those of its database too.
 */
export async function outbound(context: CheckContext): Promise<Measured> {
  const idle = await startListeningCanary()
  const world = await startWorld({
    ...{ gateways: 2, models: MODELS, env: IMPATIENT },
    upstreams: [{ id: 'idle', kind: 'openai', baseUrl: `${idle.url}/v1` }],
  })
  try {
    const { key } = await world.operator.customer('100000.00')
    const traffic = new Traffic(world, { rich: key, poor: key, limited: key })
    const called = new Map<string, string>()
    const samples = await sampleDuring(
      world,
      (at) => notePeers(at, called),
      async () => {
        await traffic.makeAll(planCalls(context.n), CALLS_AT_ONCE)
        await traffic.askControl()
        await traffic.askSurfaces()
      },
    )
    const wanted = `127.0.0.1:${world.sim.port}`
    for (const [address, who] of called) context.expect(address === wanted, `${who} called ${address}`)
    context.expect(called.get(wanted) === 'gateway', 'blind: no gateway was seen to call the upstream')
    context.expect(idle.contacts() === 0, `an upstream that no call was for was called ${idle.contacts()} times`)
    return { n: context.n, measured: { samples, addresses: called.size, datagrams: 0 } }
  } finally {
    await world.stop()
    idle.close()
  }
}

/** Who each process speaks to over IP, but for those that came to its own listeners. */
function notePeers(world: World, called: Map<string, string>): void {
  const operatorPort = Number(new URL(world.operatorBase).port)
  for (const { pid, role } of world.processes()) {
    for (const { kind, localPort, remoteHost, remotePort } of ipSocketsOf(pid)) {
      const isAnswering = kind === 'tcp' && (remotePort === 0 || localPort === world.port || localPort === operatorPort)
      if (!isAnswering) called.set(kind === 'udp' ? `${kind} port ${localPort}` : `${remoteHost}:${remotePort}`, role)
    }
  }
}
