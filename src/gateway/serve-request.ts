import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { FailureError, failure } from '../failures.ts'
import { networkOf } from '../lib/index.ts'
import {
  type CallAddress,
  type Protocol,
  protocolForModels,
  protocolOfErrors,
  protocolOfSurface,
  type StoringSurface,
} from '../protocols/index.ts'
import { addressOf } from './address-of.ts'
import type { Turn } from './admission.ts'
import type { CallRequest } from './call-request.ts'
import type { CallResponse } from './call-response.ts'
import { forwardToControl } from './forward-control.ts'
import type { Gateway } from './gateway.ts'
import { handleCall } from './handle.ts'
import { identify } from './identify.ts'
import { keyElsewhere } from './key-elsewhere.ts'
import { listModels } from './list-models.ts'
import type { Exchange } from './open-call.ts'
import { allowedMethods, type Destination, destinationOf } from './paths.ts'
import { answerWhole, failureOf, idLines, jsonLines, type Refused, respondFailure, respondPlain } from './respond.ts'

/** Names under which clients put keys into addresses. */
export const KEY_PARAMETERS = /[?&](?:key|api_key|apikey|access_token|token)=/i

/** Answers one request of the public listener by the path table. */
export async function serveRequest(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
  const destination = destinationOf(path, query)
  const refused = refusalOf(request, destination)
  if (destination?.kind === 'call' && refused === undefined) return await serveCall(gateway, { request, response }, destination)
  const requestId = gateway.ids.uuid()
  if (destination === undefined || refused !== undefined) {
    request.resume()
    if (refused?.code === 'method_not_allowed' && destination !== undefined)
      response.setHeader('allow', allowedMethods(destination).join(', '))
    return respondPlain(response, refused ?? failure('not_found'), { requestId, protocol: protocolOfErrors(path, request.headers) })
  }
  if (destination.kind === 'control') {
    const elsewhere = await keyElsewhere(gateway, request, path)
    if (elsewhere !== undefined) {
      request.resume()
      return respondPlain(response, elsewhere, { requestId, protocol: protocolOfErrors(path, request.headers) })
    }
    // What takes a body may be a guess at a password, which is limited by where it comes from.
    const address = destination.takesBody ? addressOf(gateway, request) : undefined
    return await forwardToControl(gateway, { request, response, requestId, takesBody: destination.takesBody, address })
  }
  request.resume()
  if (destination.kind === 'realtime')
    return respondPlain(response, failure('websocket_required'), { requestId, protocol: protocolOfErrors(path, request.headers) })
  if (destination.kind === 'storing') return refuseStoring(gateway, { request, response, requestId }, destination.surface)
  if (destination.kind === 'models') return await answerModels(gateway, { request, response, requestId }, { path, id: destination.id })
  if (destination.kind === 'readyz' && gateway.control.isConnected && gateway.catalog !== undefined) {
    return await forwardToControl(gateway, { request, response, requestId, takesBody: false, address: undefined })
  }
  if (destination.kind === 'readyz') return respondPlain(response, failure('unavailable', { seconds: 1 }), { requestId })
  answerJson(response, { requestId, body: Buffer.from('{"status":"ok"}') })
}

/** Answers a request that is a call. */
export function serveCall(gateway: Gateway, incoming: Omit<Incoming, 'requestId'>, spoken: Spoken): Promise<void> {
  const { request, response, turn } = incoming
  return handleCall(gateway, exchangeOf(gateway, { request, response, turn, requestId: gateway.ids.uuid() }, spoken), turn)
}

function refusalOf(request: IncomingMessage, destination: Destination | undefined): ReturnType<typeof failure> | undefined {
  if (KEY_PARAMETERS.test(request.url ?? '')) return failure('key_in_url')
  if (destination === undefined) return failure('not_found')
  const allowed = allowedMethods(destination)
  return allowed.includes(request.method ?? '') ? undefined : failure('method_not_allowed', { allowed: allowed.join(', ') })
}

/** In which protocol a call is spoken, and what its address says of it. */
export type Spoken = { readonly protocol: Protocol; readonly address?: CallAddress }
/** `turn`: what it was told, where it has waited already. */
type Incoming = {
  readonly request: CallRequest
  readonly response: CallResponse
  readonly requestId: string
  readonly turn?: Turn | undefined
}

function exchangeOf(gateway: Gateway, incoming: Incoming, { protocol, address }: Spoken): Exchange {
  const { request, response, requestId, turn } = incoming
  const ipTag = ipTagOf(gateway, request)
  const startedAt = turn === undefined || turn instanceof FailureError ? gateway.clock.monotonic() : turn.askedAt
  return { request, response, requestId, ipTag, protocol, address, startedAt, upload: undefined, limits: {} }
}

/** A number that stands for the network of a client's address until control restarts; of a call the address itself goes no further. */
export function ipTagOf(gateway: Gateway, request: CallRequest): number {
  const address = addressOf(gateway, request)
  const { ipSalt, ipTags } = gateway
  const known = ipTags.get(request.socket)
  if (known !== undefined && known.address === address && known.ipSalt === ipSalt) return known.tag
  const tag = Number.parseInt(hash('sha256', `${ipSalt}:${networkOf(address) ?? address}`, 'hex').slice(0, 13), 16)
  ipTags.set(request.socket, { address, ipSalt, tag })
  return tag
}

/** Says why a surface that would store content is not offered, in words that its clients read. */
function refuseStoring(gateway: Gateway, incoming: Incoming, surface: StoringSurface): void {
  const protocol = protocolOfSurface(surface, incoming.request.headers)
  const told = failure('storage_not_offered', { path: surface.path, instead: surface.instead })
  respondFailure(exchangeOf(gateway, incoming, { protocol }), told, gateway.clock.now())
}

type Asked = { readonly path: string; readonly id: string | undefined }

async function answerModels(gateway: Gateway, incoming: Incoming, { path, id }: Asked): Promise<void> {
  const { request, response, requestId } = incoming
  const protocol = protocolForModels(path, request.headers)
  try {
    const caller = await identify(gateway, request)
    answerJson(response, { requestId, protocol, body: listModels(gateway, { protocol, caller, id }) })
  } catch (thrown) {
    respondFailure(exchangeOf(gateway, incoming, { protocol }), failureOf(thrown), gateway.clock.now())
  }
}

function answerJson(response: CallResponse, { body, ...asked }: Refused & { readonly body: Buffer }): void {
  answerWhole(response, { status: 200, lines: idLines(asked) + jsonLines(body), body })
}
