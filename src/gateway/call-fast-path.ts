import type { Server } from 'node:http'
import { PROTOCOL_PATHS } from '../protocols/index.ts'
import { FastPath, type FastPathOptions } from './fast-path/index.ts'
import type { Gateway } from './gateway.ts'
import { knownCaller } from './identify.ts'
import { serveCall } from './serve-request.ts'

/** Has calls that are no forms, at paths that say nothing but the protocol, answered without node:http where they are plain. */
export function callFastPath(
  gateway: Gateway,
  server: Server,
  { bounds, lines }: Pick<FastPathOptions, 'lines'> & { readonly bounds: Omit<FastPathOptions['bounds'], 'bodyBytesMax'> },
): FastPath {
  const spoken = new Map([...PROTOCOL_PATHS].filter(([, { form }]) => form === undefined).map(([path, protocol]) => [path, { protocol }]))
  const { tls, bodyBytesMax } = gateway.settings
  return new FastPath(server, {
    clock: gateway.clock,
    bounds: { ...bounds, bodyBytesMax },
    paths: spoken,
    isSecure: tls !== undefined,
    share: (step) => gateway.timeShares.wait(step),
    lines,
    isEnding: () => gateway.isDraining,
    wait: (head, tell) => {
      const caller = gateway.admission.isCrowded ? knownCaller(gateway, head) : undefined
      if (caller === undefined || gateway.admission.hasPlaceFor(caller.accountId)) return false
      gateway.admission.wait(caller.accountId, tell)
      return true
    },
    serve: (request, response, turn) => {
      const known = spoken.get(request.url)
      return known === undefined ? Promise.resolve() : serveCall(gateway, { request, response, turn }, known)
    },
  })
}
