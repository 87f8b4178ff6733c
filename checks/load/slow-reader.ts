import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

// Customers in a process of their own that ask for endless streams, of which each reads `bytes` bytes a second. After `seconds` prints how many
// were answered 200 and how much all have read, and ends when its input does.
const { values } = parseArgs({
  options: { base: { type: 'string' }, readers: { type: 'string' }, bytes: { type: 'string' }, seconds: { type: 'string' } },
})
const key = process.env['CALLER_KEYS'] ?? ''
const { hostname, port } = new URL(values.base ?? '')
const messages = [{ role: 'user', content: 'Tell of the sea.' }]
const body = JSON.stringify({ model: 'm-endless', stream: true, max_tokens: 2_000_000, messages })
const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
const request = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const told = { answered: 0, read: 0, ended: 0 }

function openReader(): Socket {
  let isFirst = true
  const socket = connect({
    ...{ host: hostname, port: Number(port) },
    onread: {
      buffer: Buffer.alloc(Number(values.bytes)),
      callback: (count, bytes) => {
        if (isFirst && Buffer.from(bytes).toString('latin1', 0, 15).includes(' 200')) told.answered += 1
        isFirst = false
        told.read += count
        socket.pause()
        return false
      },
    },
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    told.ended += 1
  })
  socket.write(request)
  return socket
}

const sockets: Socket[] = []
for (let index = 0; index < Number(values.readers); index += 1) {
  sockets.push(openReader())
  if (index % 20 === 0) await sleep(50)
}
for (let second = 0; second < Number(values.seconds); second += 1) {
  await sleep(1_000)
  for (const socket of sockets) socket.resume()
}
process.stdout.write(`${JSON.stringify(told)}\n`)
process.stdin.once('end', () => process.exit(0))
process.stdin.resume()
