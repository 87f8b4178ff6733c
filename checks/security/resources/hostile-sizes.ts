import { createServer, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** An upstream whose answers have no end, no measure, or unfold to much more than they are; those under `/large` are honest, and as large as a picture. */
export type SizesUpstream = { readonly url: string; readonly kinds: number; readonly calls: () => number; readonly close: () => void }

const MEGABYTES = 200
const MEGABYTE = 1_000_000

/** Starts it; each call is answered in the next way. */
export async function startSizesUpstream(): Promise<SizesUpstream> {
  const bomb = gzipSync(Buffer.alloc(MEGABYTES * MEGABYTE))
  let calls = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      if (request.url?.startsWith('/large/') === true) return void response.writeHead(200, JSON_TYPE).end(LARGE_REPLY)
      const way = WAYS[calls % WAYS.length]
      calls += 1
      way?.(response, bomb)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    kinds: WAYS.length,
    calls: () => calls,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Bytes of the content of an honest reply that is large. */
export const LARGE_BYTES = 20 * MEGABYTE

type Way = (response: ServerResponse, bomb: Buffer) => void

const JSON_TYPE = { 'content-type': 'application/json' }
const STREAM = { 'content-type': 'text/event-stream' }

const LARGE_REPLY = JSON.stringify({
  ...{ id: 'large', object: 'chat.completion', created: 1, model: 'up' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'a'.repeat(LARGE_BYTES) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
})

const WAYS: readonly Way[] = [
  (response, bomb) => void response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(bomb),
  (response, bomb) => void response.writeHead(400, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(bomb),
  (response, bomb) => void response.writeHead(200, { ...STREAM, 'content-encoding': 'gzip' }).end(bomb),
  (response) => pour(response.writeHead(200, JSON_TYPE), '{"id":"'),
  (response) => pour(response.writeHead(500, JSON_TYPE), '{"error":{"message":"'),
  (response) => pour(response.writeHead(200, STREAM), 'data: {"id":"'),
  (response) => void response.writeHead(200, { ...JSON_TYPE, 'x-long': 'a'.repeat(100_000) }).end('{}'),
  (response) => void response.writeHead(200, JSON_TYPE).end(`{"choices":${'['.repeat(MEGABYTE)}`),
  (response) => void response.writeHead(200, STREAM).end(`data: ${'{"a":'.repeat(MEGABYTE)}\n\n`),
]

/** A text that is never closed, as fast as it is taken. */
function pour(response: ServerResponse, opening: string): void {
  const piece = Buffer.alloc(100_000, 'a')
  let poured = 0
  response.write(opening)
  const more = (): void => {
    while (poured < MEGABYTES * MEGABYTE && !response.destroyed) {
      poured += piece.length
      if (!response.write(piece)) return void response.once('drain', more)
    }
    response.end()
  }
  more()
}
