import { createServer, type Socket } from 'node:net'
import { answerBody, STREAM_INTERVAL_MS, streamEvents } from './bodies.ts'

// A process of its own: an upstream that answers at once with fixed bytes, so that nearly all that is measured is the proxy's.
const ANSWER = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answerBody().length}\r\n\r\n`),
  answerBody(),
])
const STREAM_HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n',
)
const STREAM_END = Buffer.from('0\r\n\r\n')
const EVENTS = { plain: streamEvents(false), withUsage: streamEvents(true) }
/** Only a small body can ask for a stream here; the large ones are counted, not looked at. */
const LOOK_BYTES_MAX = 65_536

serve()

function serve(): void {
  const server = createServer({ noDelay: true }, answerCalls)
  server.listen(0, '127.0.0.1', 4096, () => {
    const address = server.address()
    if (address !== null && typeof address === 'object') process.send?.({ port: address.port })
  })
  process.once('disconnect', () => process.exit(0))
}

/** Reads the requests of one connection, one after the other, and answers each when its last byte is here. */
function answerCalls(socket: Socket): void {
  let held: Buffer = Buffer.alloc(0)
  let skip = 0
  const onData = (data: Buffer): void => {
    let rest = data
    if (skip > 0) {
      skip -= rest.length
      if (skip > 0) return
      socket.write(ANSWER)
      rest = skip < 0 ? rest.subarray(skip) : Buffer.alloc(0)
      skip = 0
      if (rest.length === 0) return
    }
    held = held.length === 0 ? rest : Buffer.concat([held, rest])
    const length = requestLength(held)
    if (length === undefined) return
    if (length > LOOK_BYTES_MAX) {
      skip = length - held.length
      held = Buffer.alloc(0)
      if (skip <= 0) socket.write(ANSWER)
      return
    }
    if (held.length < length) return
    answer(socket, held.subarray(0, length))
    held = held.subarray(length)
    if (held.length > 0) onData(Buffer.alloc(0))
  }
  socket.on('data', onData)
  // A proxy may reset a connection it no longer needs; the call it belonged to is counted by the load process.
  socket.on('error', () => socket.destroy())
}

/** Bytes of the request that begins here, head and body; undefined while that cannot be told. */
function requestLength(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase()
  const at = head.indexOf('\r\ncontent-length:')
  if (at >= 0) return headEnd + 4 + Number.parseInt(head.slice(at + 17), 10)
  if (!head.includes('\r\ntransfer-encoding: chunked')) return headEnd + 4
  const end = bytes.indexOf('\r\n0\r\n\r\n', headEnd + 2)
  return end < 0 ? undefined : end + 7
}

function answer(socket: Socket, request: Buffer): void {
  if (request.includes('"stream":true')) stream(socket, request.includes('"include_usage":true') ? EVENTS.withUsage : EVENTS.plain)
  else socket.write(ANSWER)
}

/** The head and the first event at once, then one event and one write every STREAM_INTERVAL_MS. */
function stream(socket: Socket, events: readonly Buffer[]): void {
  let next = 1
  socket.write(STREAM_HEAD)
  socket.write(events[0] ?? STREAM_END)
  const timer = setInterval(() => {
    const event = events[next++]
    if (event !== undefined && !socket.destroyed) {
      socket.write(next === events.length ? Buffer.concat([event, STREAM_END]) : event)
      if (next < events.length) return
    }
    clearInterval(timer)
  }, STREAM_INTERVAL_MS)
}
