import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SimEndpoint, SimRpcError } from './chain-endpoint.ts'

/** An endpoint of a simulated chain that is asked over HTTP. */
export type SimChainServer = { readonly url: string; readonly close: () => Promise<void> }

/** Serves an endpoint as a node does: JSON-RPC 2.0 over POST. Source: www.jsonrpc.org/specification, as of 2026-11-26. */
export async function startSimChain(endpoint: SimEndpoint): Promise<SimChainServer> {
  const server = createServer((request, response) => {
    answer(endpoint, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(endpoint: SimEndpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const asked: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'))
  const { id, method, params }: Readonly<Record<string, unknown>> = typeof asked === 'object' && asked !== null ? { ...asked } : {}
  const told = await endpoint.call(String(method), Array.isArray(params) ? params : []).then(
    (result) => ({ result }),
    (thrown: unknown) => ({ error: errorOf(thrown) }),
  )
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ jsonrpc: '2.0', id, ...told }))
}

const errorOf = (thrown: unknown): { readonly code: number; readonly message: string } =>
  thrown instanceof SimRpcError ? { code: thrown.code, message: thrown.message } : { code: -32_603, message: 'internal error' }
