// Guarantee: a control channel message arrives as it was sent, at whatever bytes the stream is cut, and a gateway can send no text.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FieldType, GATEWAY_MESSAGES, Link, makeCodec, SPELLED_GATEWAY } from './index.ts'

const arbitraryOf: Record<FieldType, fc.Arbitrary<unknown>> = {
  u8: fc.integer({ min: 0, max: 255 }),
  u16: fc.integer({ min: 0, max: 65535 }),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  u64: fc.maxSafeNat(),
  money: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uuid: fc.uuid(),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
}

const codec = makeCodec(SPELLED_GATEWAY)
const settle = fc.record(Object.fromEntries(Object.entries(GATEWAY_MESSAGES.settle).map(([name, type]) => [name, arbitraryOf[type]])), {
  noNullPrototype: true,
}) as fc.Arbitrary<never>

test('every settlement survives the wire, cut anywhere', async (context) => {
  const server = net.createServer().listen(0, '127.0.0.1')
  context.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  await fc.assert(
    fc.asyncProperty(fc.array(settle, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 50 }), async (messages, cut) => {
      const client = net.connect(port, '127.0.0.1')
      const [socket] = (await once(server, 'connection')) as [net.Socket]
      const received: unknown[] = []
      const ignore = (): void => {}
      const handlers = {
        hello: ignore,
        authorize: ignore,
        hold: ignore,
        renew: ignore,
        progress: ignore,
        resumed: ignore,
        timed: ignore,
        routeHealth: ignore,
        keyHealth: ignore,
        vitals: ignore,
        pay: ignore,
      }
      const closed = new Promise<void>((onClose) => {
        new Link({ socket, out: codec, in: codec, handlers: { ...handlers, settle: (m) => received.push(m) }, onClose })
      })
      const bytes = Buffer.alloc(codec.sizeOf('settle') * messages.length)
      for (const [index, message] of messages.entries()) {
        codec.write('settle', message, { buffer: bytes, offset: index * codec.sizeOf('settle') })
      }
      for (let at = 0; at < bytes.length; at += cut) client.write(bytes.subarray(at, at + cut))
      client.end()
      await closed
      assert.deepEqual(received, messages)
    }),
    { numRuns: 30 },
  )
})

test('a text frame from a gateway ends the channel', async (context) => {
  const server = net.createServer().listen(0, '127.0.0.1')
  context.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const client = net.connect(port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [net.Socket]
  const fail = (): void => assert.fail('nothing may arrive')
  const handlers = {
    hello: fail,
    authorize: fail,
    hold: fail,
    renew: fail,
    progress: fail,
    resumed: fail,
    settle: fail,
    timed: fail,
    routeHealth: fail,
    keyHealth: fail,
    vitals: fail,
    pay: fail,
  }
  const closed = new Promise<void>((onClose) => {
    new Link({ socket, out: codec, in: codec, handlers, onClose })
  })
  client.write(Buffer.concat([Buffer.from([0xff, 5, 0, 0, 0]), Buffer.from('hello')]))
  await closed
  client.destroy()
})
