import { once } from 'node:events'
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import { parseArgs } from 'node:util'
import { certificateFor } from '../../sim/index.ts'
import { FIRST, lastOf, TOKEN } from './plain-texts.ts'

// The plain upstream over TLS and in HTTP/2, for streams alone. Prints its port and its certificate, and for each line of its input what it counted.
const { values } = parseArgs({ options: { first: { type: 'string' }, tokens: { type: 'string' }, every: { type: 'string' } } })
const [firstMs, tokens, everyMs] = [Number(values.first ?? 0), Number(values.tokens ?? 20), Number(values.every ?? 100)]
/** So many tokens of a stream without a pace go out together, as a frame holds them. */
const TOGETHER = 80
const counted = { calls: 0, streams: 0, ended: 0, left: 0, open: 0, bytes: 0, connections: 0 }
const [first, token, last] = [Buffer.from(FIRST), Buffer.from(TOKEN), Buffer.from(lastOf(tokens))]
const together = Buffer.from(TOKEN.repeat(TOGETHER))

function serve(stream: ServerHttp2Stream): void {
  counted.calls += 1
  counted.streams += 1
  counted.open += 1
  stream.on('error', () => undefined)
  stream.once('close', () => {
    counted.open -= 1
    counted[stream.writableFinished ? 'ended' : 'left'] += 1
  })
  setTimeout(() => {
    if (stream.destroyed) return
    stream.respond({ ':status': 200, 'content-type': 'text/event-stream' })
    stream.write(first)
    if (everyMs === 0) flood(stream)
    else pace(stream)
  }, firstMs)
}

function pace(stream: ServerHttp2Stream): void {
  let sent = 0
  const timer = setInterval(() => {
    sent += 1
    if (sent <= tokens) stream.write(token)
    else stream.end(last)
    if (sent > tokens) clearInterval(timer)
  }, everyMs)
  stream.once('close', () => clearInterval(timer))
}

/** A stream as fast as the other side takes it; counts the bytes that have gone out. */
function flood(stream: ServerHttp2Stream): void {
  let sent = 0
  const more = (): void => {
    if (stream.destroyed) return
    if (sent >= tokens) {
      stream.end(last)
      return
    }
    sent += TOGETHER
    stream.write(together, () => {
      counted.bytes += together.length
      more()
    })
  }
  more()
}

const certificate = certificateFor('localhost')
const server = createSecureServer({ ...certificate, settings: { maxConcurrentStreams: 1_000 } })
server.on('session', (session) => {
  counted.connections += 1
  session.on('error', () => undefined)
})
server.on('stream', (stream) => {
  stream.resume()
  stream.once('end', () => serve(stream))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0
process.stdout.write(`${JSON.stringify({ port, cert: certificate.cert })}\n`)
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify(counted)}\n`))
process.stdin.once('end', () => process.exit(0))
