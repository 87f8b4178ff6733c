import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { failure } from '../failures.ts'
import { type BodyBegin, beginOfBody } from './begin-of-body.ts'
import { FREE_BYTES } from './body-budget.ts'
import type { Gateway } from './gateway.ts'
import { respondPlain } from './respond.ts'

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])
const ADDRESS_HEADER = 'x-farebox-address'
const ANSWER_MS_MAX = 15_000
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
/** Bodies that are not here as a whole have connections of their own, so that who sends one slowly takes none from others. */
const uploads = new http.Agent({ keepAlive: true, maxSockets: 16 })

/** One request for control, and how its client is answered. */
export type ControlExchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  readonly takesBody: boolean
  /** From where the request came, where control has limits for it; it is kept nowhere. */
  readonly address: string | undefined
}

/**
 * Hands a request for a control path to control over its own local socket, as it came. Control is asked once a body is here, or as much of it as is kept
 * for nothing, as a connection to control that waits for a client is one less for all others.
 */
export async function forwardToControl(gateway: Gateway, exchange: ControlExchange): Promise<void> {
  const { request, takesBody } = exchange
  if (!takesBody) request.resume()
  const begin = takesBody ? await beginOfBody(request, FREE_BYTES) : { parts: [], isWhole: true }
  if (begin !== undefined) ask(gateway, exchange, begin)
}

function ask(gateway: Gateway, exchange: ControlExchange, { parts, isWhole }: BodyBegin): void {
  const { request, response, requestId, takesBody, address } = exchange
  const onward = http.request({
    socketPath: gateway.settings.controlHttpPath,
    agent: isWhole ? agent : uploads,
    method: request.method,
    path: request.url,
    headers: { ...(takesBody ? fromClient(request) : withoutBody(fromClient(request))), 'x-request-id': requestId, ...from(address) },
    timeout: ANSWER_MS_MAX,
  })
  const giveUp = (): void => {
    onward.destroy()
    respondPlain(response, failure('unavailable', { seconds: 1 }), { requestId })
  }
  onward.on('timeout', giveUp)
  onward.on('error', giveUp)
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer), 'x-request-id': requestId })
    // What breaks off ends the connection, as its client would wait for the rest for ever.
    pipeline(answer, response, () => undefined)
  })
  response.once('close', () => onward.destroy())
  for (const part of parts) onward.write(part)
  if (isWhole) onward.end()
  else request.pipe(onward)
}

type Headers = Record<string, string | string[]>

function endToEnd(message: IncomingMessage): Headers {
  const kept: Headers = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value
  }
  return kept
}

/** What a client sent, but for what it cannot know. */
const fromClient = (message: IncomingMessage): Headers =>
  Object.fromEntries(Object.entries(endToEnd(message)).filter(([name]) => name !== ADDRESS_HEADER))

const from = (address: string | undefined): Headers => (address === undefined ? {} : { [ADDRESS_HEADER]: address })

/** A body that stays here must not be announced either, or control would wait for it. */
const withoutBody = (headers: Headers): Headers => Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'))
