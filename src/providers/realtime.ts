import type { IncomingHttpHeaders } from 'node:http'
import type { Upstream } from '../spec/index.ts'
import { bearer } from './provider.ts'

const REALTIME_HOST = 'api.openai.com'

/** Whether an upstream offers realtime sessions: where the operator says so, else at OpenAI itself. */
export const speaksRealtime = ({ kind, baseUrl, protocols }: Pick<Upstream, 'kind' | 'baseUrl' | 'protocols'>): boolean =>
  protocols?.includes('openai-realtime') ?? (kind === 'openai' && URL.parse(baseUrl)?.hostname === REALTIME_HOST)

/** Where a session with an upstream's model is opened. Source: https://platform.openai.com/docs/guides/realtime-websocket (2026-11-26). */
export function realtimeUrl({ baseUrl }: Pick<Upstream, 'baseUrl'>, upstreamModel: string): URL {
  const url = new URL(baseUrl)
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/realtime`
  url.search = `?model=${encodeURIComponent(upstreamModel)}`
  return url
}

/** Headers of a session: our credential, and the word for the interface before the present one where the client speaks that. */
export const realtimeHeaders = (apiKey: string | undefined, client: IncomingHttpHeaders): Readonly<Record<string, string>> => ({
  'user-agent': 'farebox',
  ...bearer(apiKey),
  ...(client['openai-beta'] === 'realtime=v1' || client['sec-websocket-protocol']?.includes('openai-beta.realtime-v1') === true
    ? { 'openai-beta': 'realtime=v1' }
    : {}),
})
