import http from 'node:http'
import https from 'node:https'

/** A server that is looked at from outside; `ca` where its certificate is of an authority of one's own. */
export type Outside = {
  readonly address: URL
  readonly ca: string | undefined
  /** Keys of two customers; the second one may be missing. */
  readonly keys: readonly [first: string, second: string | undefined] | undefined
  readonly model: string | undefined
}

/** One answer; `status` 0: there was none. */
export type Reply = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: Buffer }

/** One request, its path as it is written. */
export type Asked = {
  readonly path: string
  readonly key?: string
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const REPLY_MS_MAX = 30_000
const REPLY_BYTES_MAX = 5_000_000

/** Asks the server, on a connection of its own; never rejects. */
export function ask({ address, ca }: Outside, { path, key, json, headers = {} }: Asked): Promise<Reply> {
  const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json))
  return new Promise((resolve) => {
    const none = { status: 0, headers: {}, body: Buffer.alloc(0) }
    const options = {
      ...{ host: hostOf(address), port: portOf(address), path, method: body === undefined ? 'GET' : 'POST', timeout: REPLY_MS_MAX },
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
        ...headers,
      },
    }
    const secured = { ...options, agent: false as const, ...(ca === undefined ? {} : { ca }) }
    const request = address.protocol === 'https:' ? https.request(secured) : http.request({ ...options, agent: false })
    request.on('response', (response) => void collect(response).then(resolve, () => resolve(none)))
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(none))
    request.end(body)
  })
}

async function collect(response: http.IncomingMessage): Promise<Reply> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > REPLY_BYTES_MAX) throw new RangeError('the answer is too large')
    parts.push(part)
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }
}

/** The host of an address, without the brackets of IPv6. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** The port of an address, its protocol's own where it names none. */
export const portOf = ({ port, protocol }: URL): number => Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port)

/** A chat of one question, as OpenAI's protocol says it. */
export const chat = (model: string, content: string): unknown => ({ model, max_tokens: 200, messages: [{ role: 'user', content }] })
