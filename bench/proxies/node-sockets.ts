import { startOwn, stopTree } from '../child-process.ts'
import { processTree } from '../cpu-accounting.ts'
import type { StartProxy } from './proxy.ts'

/** `node:net` alone, on the Node that runs the benchmark: bytes are passed on and not looked at, so it is the least that any proxy on Node can cost. */
export const startNodeSockets: StartProxy = async ({ upstreamPort }) => {
  const { child, first: port } = await startOwn<number>('./sockets-relay.ts', [String(upstreamPort)])
  const pid = child.pid ?? 0
  return {
    name: 'node-sockets',
    version: process.versions.node,
    target: { port, path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-bench' } },
    processes: () => ({ serving: processTree(pid) }),
    stop: () => stopTree(child),
  }
}
