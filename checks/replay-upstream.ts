import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { seededRandom } from '../sim/index.ts'

/** An upstream that answers with given bytes, cut into seeded pieces. */
export type ReplayUpstream = {
  readonly url: string
  /** Calls so far. */
  readonly calls: () => number
  readonly close: () => Promise<void>
}

/** Answers every call whose body holds `replay-<index>;` with the stream of that index, as an event stream. */
export async function startReplayUpstream(streams: readonly Buffer[], seed: number): Promise<ReplayUpstream> {
  const random = seededRandom(seed)
  let calls = 0
  const server = createServer((request, response) => {
    calls += 1
    const index = calls
    void answer(request, response, { streams, pieceMax: index % 5 === 0 ? 40 : 40 + random.below(4000) })
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Replaying = { readonly streams: readonly Buffer[]; readonly pieceMax: number }

async function answer(request: IncomingMessage, response: ServerResponse, { streams, pieceMax }: Replaying): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  const index = Number(/replay-(\d+);/.exec(Buffer.concat(parts).toString())?.[1] ?? -1)
  const stream = streams[index]
  if (stream === undefined) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  // A megabyte in pieces of forty bytes would take half a minute.
  const size = Math.max(pieceMax, Math.ceil(stream.length / 400))
  for (let at = 0; at < stream.length && !response.destroyed; at += size) {
    response.write(stream.subarray(at, at + size))
    await nextTurn()
  }
  response.end()
}
