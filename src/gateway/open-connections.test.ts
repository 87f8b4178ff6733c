// Guarantee: of a connection that has closed nothing is kept, whichever object its requests came on and however little of them came; and a server that
// ends closes those on which an answered request goes on being sent, each told once.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { SlicedSocket } from './fast-path/sliced-socket.ts'
import { OpenConnections } from './open-connections.ts'

const UNFINISHED = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{'

/** A server that answers before bodies are whole, whose connections come wrapped where that is asked for; `asked` are those its requests came on. */
async function listening(isWrapped: boolean) {
  const asked: Socket[] = []
  const server: Server = createServer((request, response) => {
    asked.push(request.socket)
    response.writeHead(401, { 'content-length': '0' }).end()
  })
  if (isWrapped) {
    const nodes = server.listeners('connection')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      const wrapped = new SlicedSocket(socket, Buffer.alloc(0), setImmediate)
      for (const listener of nodes) Reflect.apply(listener, server, [wrapped])
    })
  }
  const connections = new OpenConnections(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  const ask = async (): Promise<Socket> => {
    const client = connect(port, '127.0.0.1')
    client.on('error', () => undefined)
    after(() => client.destroy())
    client.write(UNFINISHED)
    await new Promise((resolve) => client.once('data', resolve))
    return client
  }
  return { connections, asked, ask }
}

/** How often each of some connections is told to end from now on. */
function tellings(sockets: readonly Socket[]): number[] {
  const told = sockets.map(() => 0)
  for (const [index, socket] of sockets.entries()) {
    const end = socket.destroySoon.bind(socket)
    socket.destroySoon = () => {
      told[index] = (told[index] ?? 0) + 1
      end()
    }
  }
  return told
}

for (const isWrapped of [false, true])
  test(`connections that closed are kept nowhere${isWrapped ? ', as what wraps them is' : ''}`, async () => {
    const { connections, asked, ask } = await listening(isWrapped)
    for (let index = 0; index < 20; index += 1) (await ask()).destroy()
    await connections.untilNone(5_000)
    await delay(20)
    const told = tellings(asked)
    connections.closeUnused()
    assert.deepEqual([asked.length, told.filter((times) => times > 0).length], [20, 0])
  })

for (const isWrapped of [false, true])
  test(`one on which an answered request goes on being sent is told once to end${isWrapped ? ', as what wraps it is' : ''}`, async () => {
    const { connections, asked, ask } = await listening(isWrapped)
    const client = await ask()
    const gone = new Promise((resolve) => client.once('close', resolve))
    await delay(20)
    const told = tellings(asked)
    for (let times = 0; times < 5; times += 1) connections.closeUnused()
    assert.deepEqual(told, [1])
    await gone
    await connections.untilNone(5_000)
  })
