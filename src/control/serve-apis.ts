import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type ApiDependencies, customerApp, operatorApp } from '../api/index.ts'
import { joinParts, letGoUnread } from '../lib/index.ts'

/** Where control serves: a local socket for what gateways forward, an address for operators. */
export type ApiPlaces = { readonly socketPath: string; readonly operatorListen: { readonly host: string; readonly port: number } }

const TIMEOUTS = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }

/** Serves the customers' and the operators' interfaces. */
export async function serveApis(dependencies: ApiDependencies, places: ApiPlaces): Promise<{ readonly close: () => Promise<void> }> {
  const customers = createServer(TIMEOUTS, listenerOf(customerApp(dependencies)))
  const operators = createServer(TIMEOUTS, listenerOf(operatorApp(dependencies)))
  await listening(customers, (server) => server.listen(places.socketPath))
  await listening(operators, (server) => server.listen(places.operatorListen.port, places.operatorListen.host))
  return { close: async () => void (await Promise.all([closed(customers), closed(operators)])) }
}

function listenerOf(app: {
  readonly fetch: ReturnType<typeof customerApp>['fetch']
}): (request: IncomingMessage, response: ServerResponse) => void {
  const listener = getRequestListener(app.fetch)
  return (request, response) => {
    joinParts(request)
    letGoUnread(request, response)
    void listener(request, response)
  }
}

function listening(server: Server, listen: (server: Server) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => resolve())
    listen(server)
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 500).unref()
  })
}
