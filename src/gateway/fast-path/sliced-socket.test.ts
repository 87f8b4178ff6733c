// What node:http has of a connection: all that came on it, a slice in each turn, and nothing that it does to the connection is lost.
import assert from 'node:assert/strict'
import net, { type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { SlicedSocket } from './sliced-socket.ts'

type Ends = { readonly client: Socket; readonly sliced: SlicedSocket; readonly socket: Socket; readonly close: () => void }

/** Both ends of a connection; `first` came on it before it was handed over. */
async function connected(first: string, share: (step: () => void) => void = setImmediate): Promise<Ends> {
  const server = net.createServer({ allowHalfOpen: true })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const client = net.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined)
  const socket = await accepted
  const sliced = new SlicedSocket(socket, Buffer.from(first), share)
  const close = (): void => {
    client.destroy()
    server.close()
  }
  return { client, sliced, socket, close }
}

const closed = (socket: NodeJS.EventEmitter): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve))

test('all that came is given, in slices of 4 kB at most, each in its turn', async () => {
  const turns = { now: 0 }
  const share = (step: () => void): void => {
    setImmediate(() => {
      turns.now += 1
      step()
    })
  }
  const { client, sliced, close } = await connected('first ', share)
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
  client.end(sent)
  const parts: Buffer[] = []
  const seen = new Set<number>()
  for await (const part of sliced as AsyncIterable<Buffer>) {
    parts.push(part)
    seen.add(turns.now)
  }
  assert.deepEqual(Buffer.concat(parts), Buffer.concat([Buffer.from('first '), sent]))
  assert.ok(turns.now >= 300_000 / 4_096, `all of it in ${turns.now} turns`)
  assert.ok(seen.size > 1)
  close()
})

test('one slice is given in a turn, to whoever listens', async () => {
  const steps: (() => void)[] = []
  const { sliced, close } = await connected('x'.repeat(10_000), (step) => void steps.push(step))
  const lengths: number[] = []
  sliced.on('data', (part: Buffer) => lengths.push(part.length))
  await new Promise(setImmediate)
  assert.deepEqual(lengths, [])
  steps.shift()?.()
  assert.deepEqual(lengths, [4_096])
  steps.shift()?.()
  steps.shift()?.()
  assert.deepEqual(lengths, [4_096, 4_096, 1_808])
  close()
})

test('what nobody reads is not read from the socket', async () => {
  const { client, sliced, socket, close } = await connected('first')
  client.write(Buffer.alloc(20_000_000))
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.ok(socket.bytesRead <= 4 * 65_536, `${socket.bytesRead} bytes were read`)
  assert.ok(sliced.readableLength <= 2 * 65_536)
  let read = 0
  sliced.on('data', (part: Buffer) => {
    read += part.length
  })
  client.end()
  await new Promise((resolve) => sliced.once('end', resolve))
  assert.equal(read, 20_000_005)
  close()
})

test('what is written arrives in its order, text as it is to be written, and then the end', async () => {
  const { client, sliced, close } = await connected('first')
  sliced.resume()
  sliced.cork()
  sliced.write('é', 'latin1')
  sliced.write(Buffer.from('two'))
  sliced.uncork()
  sliced.write('é', 'utf8')
  sliced.destroySoon()
  const parts: Buffer[] = []
  for await (const part of client as AsyncIterable<Buffer>) parts.push(part)
  assert.equal(Buffer.concat(parts).toString('latin1'), '\xe9two\xc3\xa9')
  close()
})

test('whoever closes it closes the connection, and a connection that is gone closes it', async () => {
  const ours = await connected('first')
  const [gone, over] = [closed(ours.client), closed(ours.sliced)]
  ours.client.resume()
  ours.sliced.destroy()
  await Promise.all([over, closed(ours.socket)])
  ours.client.end()
  await gone
  ours.close()
  const theirs = await connected('first')
  const wasClosed = closed(theirs.sliced)
  theirs.sliced.on('error', () => undefined)
  theirs.sliced.resume()
  theirs.client.resetAndDestroy()
  await wasClosed
  assert.equal(theirs.sliced.destroyed, true)
  theirs.close()
})
