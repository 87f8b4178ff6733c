import type { CallRequest } from './call-request.ts'
import { clientAddressOf } from './client-address.ts'
import type { Gateway } from './gateway.ts'

/** Where a request comes from, as far as proxies are believed. */
export function addressOf(gateway: Pick<Gateway, 'isTrustedProxy'>, request: Pick<CallRequest, 'headers' | 'socket'>): string {
  const { remoteAddress: peer = '' } = request.socket
  return clientAddressOf({ peer, forwarded: request.headers['x-forwarded-for'], isTrusted: gateway.isTrustedProxy })
}
