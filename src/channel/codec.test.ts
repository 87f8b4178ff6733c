// Guarantee: a control channel message arrives as it was sent, at whatever bytes the stream is cut, and a gateway can send no text.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CONTROL_MESSAGES,
  type Codec,
  type FieldType,
  GATEWAY_MESSAGES,
  Link,
  type MessageTable,
  makeCodec,
  SIZES,
  SPELLED_CONTROL,
  SPELLED_GATEWAY,
} from './index.ts'

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
      const block = codec.blockOf(bytes)
      for (const [index, message] of messages.entries()) {
        codec.write('settle', message, { block, offset: index * codec.sizeOf('settle') })
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

/** A value of each type in its bytes, written plainly. */
const WRITTEN: Record<FieldType, (bytes: Buffer, at: number, value: never) => unknown> = {
  u8: (bytes, at, value) => bytes.writeUInt8(value, at),
  u16: (bytes, at, value) => bytes.writeUInt16LE(value, at),
  u32: (bytes, at, value) => bytes.writeUInt32LE(value, at),
  u64: (bytes, at, value) => bytes.writeBigUInt64LE(BigInt(value), at),
  money: (bytes, at, value) => bytes.writeBigInt64LE(value, at),
  uuid: (bytes, at, value: string) => bytes.write(value.replaceAll('-', ''), at, 'hex'),
  hash: (bytes, at, value: Buffer) => value.copy(bytes, at),
}

const TABLES: readonly (readonly [MessageTable, Codec<MessageTable>])[] = [
  [GATEWAY_MESSAGES, makeCodec(SPELLED_GATEWAY) as unknown as Codec<MessageTable>],
  [CONTROL_MESSAGES, makeCodec(SPELLED_CONTROL) as unknown as Codec<MessageTable>],
]

for (const [table, ownCodec] of TABLES) {
  for (const [type, [name, fields]] of Object.entries(table).entries()) {
    const entries = Object.entries(fields)
    const message = fc.record(Object.fromEntries(entries.map(([field, fieldType]) => [field, arbitraryOf[fieldType]])), {
      noNullPrototype: true,
    })

    test(`${name} lies at any place as its table says, and is read as it was written`, () => {
      fc.assert(
        fc.property(message, fc.nat(9), (values, offset) => {
          const size = ownCodec.sizeOf(name)
          const plain = Buffer.alloc(offset + size + 9)
          let at = offset
          plain[at] = type
          at += 1
          for (const [field, fieldType] of entries) {
            WRITTEN[fieldType](plain, at, values[field] as never)
            at += SIZES[fieldType]
          }
          assert.equal(at, offset + size)
          const block = ownCodec.blockOf(Buffer.alloc(plain.length))
          ownCodec.write(name, values as never, { block, offset })
          assert.deepEqual(block.bytes, plain)
          const read: unknown[] = []
          const handlers = Object.fromEntries(Object.keys(table).map((other) => [other, (told: unknown) => read.push(other, told)]))
          ownCodec.dispatcher(handlers as never)({ block: ownCodec.blockOf(plain), offset })
          assert.deepEqual(read, [name, values])
        }),
        { numRuns: 100 },
      )
    })
  }
}

test('what is not of its type is refused, in every field', () => {
  const { write, blockOf } = makeCodec(SPELLED_GATEWAY)
  const block = blockOf(Buffer.alloc(1024))
  const plain: Record<FieldType, unknown> = { u8: 0, u16: 0, u32: 0, u64: 0, money: 0n, uuid: randomUUID(), hash: Buffer.alloc(32) }
  const tooMuch: Record<FieldType, readonly unknown[]> = {
    ...{ u8: [256, -1], u16: [65_536, -1], u32: [2 ** 32, -1], u64: [2 ** 53, -1, 0.5] },
    ...{ money: [2n ** 63n, -(2n ** 63n) - 1n, 1], hash: [Buffer.alloc(31), 'a'.repeat(32)] },
    uuid: [randomUUID().slice(1), `${randomUUID().slice(1)}\u0130`, randomUUID().replace(/.$/, 'g'), 7],
  }
  const words = ['words', { valueOf: () => 1 }, ['1'], undefined, null, Symbol('x'), () => 1, true]
  for (const [name, fields] of Object.entries(GATEWAY_MESSAGES)) {
    const right = Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, plain[type]]))
    write(name as keyof typeof GATEWAY_MESSAGES, right as never, { block, offset: 0 })
    for (const [field, type] of Object.entries(fields)) {
      for (const wrong of [...words, ...tooMuch[type]]) {
        const message = { ...right, [field]: wrong } as never
        assert.throws(
          () => write(name as keyof typeof GATEWAY_MESSAGES, message, { block, offset: 0 }),
          `${name}.${field}: ${String(wrong)}`,
        )
      }
    }
  }
})
