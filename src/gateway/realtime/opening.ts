import type { IncomingMessage } from 'node:http'
import { fail } from '../../failures.ts'
import { keyOfProtocols } from '../../protocols/index.ts'
import type { Gateway } from '../gateway.ts'
import { digestOfKey, readKey } from '../identify.ts'
import { KEY_PARAMETERS } from '../serve-request.ts'

/** What a client says when it opens a session; `digest` stands for its key. */
export type Opening = { readonly model: string; readonly digest: string }

/**
 * Reads a request for a session. A browser cannot set headers, so its key may come as one of the protocols it offers, which is a header too
 * and not an address. Sessions that only write down, and those that join a call, are not offered. Fails with key_in_url, key_missing,
 * key_invalid, missing_field, invalid_field. Source: https://platform.openai.com/docs/guides/realtime-websocket (2026-11-26).
 */
export function readOpening(gateway: Pick<Gateway, 'isSoldToWallets'>, request: IncomingMessage): Opening {
  const url = request.url ?? ''
  if (KEY_PARAMETERS.test(url)) fail('key_in_url')
  const query = new URLSearchParams(url.split('?', 2)[1] ?? '')
  for (const field of ['intent', 'call_id']) {
    if (query.has(field)) fail('invalid_field', { field, expected: 'left out, as only sessions with a model of their own are offered' })
  }
  const model = query.get('model') ?? ''
  if (model === '') fail('missing_field', { field: 'model' })
  return { model, digest: digestOfKey(gateway, readKey(request) ?? keyOfProtocols(request.headers['sec-websocket-protocol'])) }
}
