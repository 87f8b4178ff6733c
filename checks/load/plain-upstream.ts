import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { FIRST, lastOf, TOKEN, WHOLE } from './plain-texts.ts'

// An upstream in a process of its own that costs next to nothing: chat completions of one fixed text, at once after `first` milliseconds or
// as a stream of `tokens` chunks, one every `every` milliseconds, or as fast as they are taken with `every` 0. Prints its port, and for each
// line of its input what it counted.
const { values } = parseArgs({ options: { first: { type: 'string' }, tokens: { type: 'string' }, every: { type: 'string' } } })
const [firstMs, tokens, everyMs] = [Number(values.first ?? 0), Number(values.tokens ?? 20), Number(values.every ?? 100)]
const LISTENERS = 16
const counted = { calls: 0, streams: 0, ended: 0, left: 0, open: 0, bytes: 0 }

const whole = Buffer.from(WHOLE)
const answer = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${whole.length}\r\n\r\n`),
  whole,
])
const chunk = (text: string): Buffer => Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
const head = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n')
const token = chunk(TOKEN)
const first = Buffer.concat([head, chunk(FIRST)])
const end = Buffer.concat([chunk(lastOf(tokens)), Buffer.from('0\r\n\r\n')])

const serve = (socket: Socket): void => {
  let carry: Buffer = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    carry = carry.length === 0 ? bytes : Buffer.concat([carry, bytes])
    const headEnd = carry.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(carry.toString('latin1', 0, headEnd))?.[1] ?? 0)
    if (carry.length < headEnd + 4 + length) return
    const isStream = carry.includes('"stream":true')
    carry = Buffer.alloc(0)
    counted.calls += 1
    if (isStream && everyMs === 0) flood(socket)
    else if (isStream) stream(socket)
    else setTimeout(() => socket.write(answer), firstMs)
  })
}

/** A stream at its pace, until the other side has gone. */
function stream(socket: Socket): void {
  counted.streams += 1
  counted.open += 1
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  const finish = (isWhole: boolean): void => {
    clearTimeout(timer)
    socket.off('close', gone)
    counted.open -= 1
    counted[isWhole ? 'ended' : 'left'] += 1
    if (isWhole) socket.write(end)
  }
  const gone = (): void => finish(false)
  const goOn = (): void => {
    sent += 1
    if (sent > tokens) finish(true)
    else socket.write(token)
  }
  socket.once('close', gone)
  timer = setTimeout(() => {
    socket.write(first)
    timer = setInterval(goOn, everyMs)
  }, firstMs)
}

/** A stream as fast as the other side takes it; counts the bytes that the kernel has taken. */
function flood(socket: Socket): void {
  counted.streams += 1
  let sent = 0
  let told = 0
  const write = (bytes: Buffer): boolean => {
    const takesMore = socket.write(bytes)
    const taken = socket.bytesWritten - socket.writableLength
    counted.bytes += taken - told
    told = taken
    return takesMore
  }
  const goOn = (): void => {
    while (sent < tokens) {
      sent += 1
      if (!write(token)) return
    }
    socket.off('drain', goOn)
    write(end)
    counted.ended += 1
  }
  socket.on('drain', goOn)
  write(first)
  goOn()
}

// Node accepts one connection of a listener in each turn of its event loop, and the turns of a flood are long.
let port = 0
for (let listener = 0; listener < LISTENERS; listener += 1) {
  const server = createServer({ noDelay: true }, serve).listen({ port, host: '127.0.0.1', backlog: 4096, reusePort: true })
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
}
process.stdout.write(`${JSON.stringify({ port })}\n`)
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify(counted)}\n`))
process.stdin.once('end', () => process.exit(0))
