// A reply is read as Node's own parser reads it or not at all: no upstream can make two readers disagree where a reply ends.
import assert from 'node:assert/strict'
import http from 'node:http'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { keptFields } from './reply-head.ts'
import { ReplyHeads } from './reply-heads.ts'
import { ReplyParser } from './reply-parser.ts'

const RUNS = 1_000
const KEPT = keptFields(['x-a'])
/** The same in plain words. */
const NAMES = 'connection content-encoding content-length content-type keep-alive retry-after transfer-encoding x-a'.split(' ')

type Read = { readonly status: number; readonly headers: Record<string, string | string[]>; readonly body: string }

/** What our parser makes of bytes that end with the connection; undefined for a reply that is refused or not whole. */
function ours(parts: readonly Buffer[]): (Read & { readonly used: number }) | undefined {
  const body: Buffer[] = []
  let [used, sum] = [0, 0]
  const parser = new ReplyParser({ onHead: () => undefined, onData: (bytes) => body.push(Buffer.from(bytes)) }, new ReplyHeads(KEPT))
  try {
    for (const part of parts) {
      if (parser.isDone) break
      used = sum + parser.push(Buffer.from(part))
      sum += part.length
    }
    if (!parser.isDone) parser.end()
  } catch {
    return undefined
  }
  const { status, headers } = parser.head ?? assert.fail()
  return { status, headers: { ...headers } as Read['headers'], body: Buffer.concat(body).toString('latin1'), used }
}

/** What node:http makes of the same bytes. */
function nodes(bytes: Buffer): Promise<Read | undefined> {
  const answer = (_chunk: unknown, _encoding: unknown, done: () => void): void => {
    socket.push(bytes)
    socket.push(null)
    done()
  }
  const socket = new Duplex({ read: () => undefined, write: answer })
  return new Promise((resolve) => {
    const agent = Object.assign(new http.Agent(), { createConnection: () => socket })
    const request = http.request({ method: 'POST', agent, maxHeaderSize: 65_536 })
    request.on('error', () => resolve(undefined))
    request.on('upgrade', () => resolve(undefined))
    request.on('response', (response) => {
      const body: Buffer[] = []
      response.on('data', (chunk: Buffer) => body.push(chunk))
      response.on('error', () => resolve(undefined))
      response.on('end', () => {
        const { statusCode = 0, rawHeaders } = response
        resolve({ status: statusCode, headers: grouped(rawHeaders), body: Buffer.concat(body).toString('latin1') })
      })
    })
    request.end()
  })
}

function grouped(raw: readonly string[]): Read['headers'] {
  const headers: Record<string, string | string[]> = Object.create(null)
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at]?.toLowerCase(), raw[at + 1]]
    const known = headers[name]
    if (!NAMES.includes(name)) continue
    if (known === undefined) headers[name] = value
    else headers[name] = [known, value].flat()
  }
  return headers
}

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

const PLAIN = fc.string({ unit: fc.constantFrom(...'abcXYZ019 \t;,="/-'), maxLength: 20 }).map((text) => text.trim())
const BODY = fc.string({ unit: fc.constantFrom(...'ab{}:"\r\n0\0\xff'), maxLength: 60 })
const CHUNKS = fc.array(
  BODY.filter((text) => text.length > 0),
  { maxLength: 4 },
)

const chunked = (chunks: readonly string[], tail = '0\r\n\r\n'): string =>
  chunks.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('') + tail

/** Replies as they should be. */
const SOUND = fc
  .record({
    interims: fc.array(fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n'), { maxLength: 2 }),
    status: fc.constantFrom(200, 201, 204, 304, 400, 429, 500, 503),
    extra: fc.array(fc.tuple(fc.constantFrom('x-a', 'X-A', 'x-b', 'retry-after', '__proto__', 'Content-Type', 'keep-alive'), PLAIN), {
      maxLength: 4,
    }),
    framing: fc.oneof(
      fc.record({ kind: fc.constant('length'), chunks: CHUNKS }),
      fc.record({ kind: fc.constant('chunked'), chunks: CHUNKS }),
      fc.record({ kind: fc.constant('trailers'), chunks: CHUNKS }),
      fc.record({ kind: fc.constant('close'), chunks: CHUNKS }),
    ),
  })
  .map(({ interims, status, extra, framing }) => {
    const content = framing.chunks.join('')
    const isEmpty = status === 204 || status === 304
    const lines = [`HTTP/1.1 ${status} Word of it`, ...extra.map(([name, value]) => `${name}: ${value}`)]
    if (framing.kind === 'length') lines.push(`Content-Length: ${content.length}`)
    if (framing.kind === 'chunked' || framing.kind === 'trailers') lines.push('Transfer-Encoding: Chunked')
    const tail = framing.kind === 'trailers' ? '0\r\nx-sum: 1\r\n\r\n' : undefined
    const coded = framing.kind === 'length' || framing.kind === 'close' ? content : chunked(framing.chunks, tail)
    const bytes = `${interims.join('')}${lines.join('\r\n')}\r\n\r\n${isEmpty ? '' : coded}`
    return { bytes: Buffer.from(bytes, 'latin1'), status, body: isEmpty ? '' : content }
  })

test('a sound reply is read whole, however it is cut, and as node:http reads it', async () => {
  await fc.assert(
    fc.asyncProperty(SOUND, fc.array(fc.nat(400), { maxLength: 6 }), async ({ bytes, status, body }, places) => {
      const read = ours(cut(bytes, places))
      assert.ok(read !== undefined)
      assert.deepEqual([read.status, read.body, read.used], [status, body, bytes.length])
      const { used: _, ...rest } = read
      const referee = await nodes(bytes)
      assert.deepEqual(rest, { ...referee, headers: { ...referee?.headers } })
    }),
    { numRuns: RUNS },
  )
})

const ODD = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  ':',
  '0',
  'f',
  ';',
  ',',
  '\x7f',
  'content-length: 3\r\n',
  'transfer-encoding: chunked\r\n',
  '\r\n ',
  '-1',
  '+',
]

/** One place of a sound reply changed: something put in, left out, or put in the place of something. */
const BROKEN = fc
  .record({ sound: SOUND, at: fc.nat(400), length: fc.nat(3), odd: fc.constantFrom('', ...ODD) })
  .map(({ sound: { bytes }, at, length, odd }) => {
    const place = at % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(odd, 'latin1'), bytes.subarray(place + length)])
  })

test('of a reply with a fault nothing is accepted that node:http does not read in the same way', async () => {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(BROKEN, fc.array(fc.nat(400), { maxLength: 3 }), async (bytes, places) => {
      const read = ours(cut(bytes, places))
      if (read === undefined) return
      accepted += 1
      const { used, ...rest } = read
      const referee = await nodes(bytes.subarray(0, used))
      assert.deepEqual(rest, { ...referee, headers: { ...referee?.headers } }, JSON.stringify(bytes.toString('latin1')))
    }),
    { numRuns: 2 * RUNS },
  )
  assert.ok(accepted > RUNS / 5, 'many faults are none, as they lie in a body')
})

const OK = 'HTTP/1.1 200 OK\r\n'
const CODED = `${OK}transfer-encoding: chunked\r\n\r\n`

test('what two readers could read in two ways is refused', () => {
  const refused = [
    `${OK}content-length: 3\r\ncontent-length: 3\r\n\r\nabc`,
    `${OK}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd`,
    `${OK}content-length: 3, 3\r\n\r\nabc`,
    `${OK}content-length: +3\r\n\r\nabc`,
    `${OK}content-length: 0x3\r\n\r\nabc`,
    `${OK}content-length: 99999999999999999999\r\n\r\n`,
    `${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
    'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    `${OK}content-length : 3\r\n\r\nabc`,
    `${OK}x: a\r\n b\r\ncontent-length: 0\r\n\r\n`,
    `${OK}x: a\nb: c\r\ncontent-length: 0\r\n\r\n`,
    `${OK}x: a\0b\r\ncontent-length: 0\r\n\r\n`,
    `${OK}: a\r\ncontent-length: 0\r\n\r\n`,
    `${OK}${'x: y\r\n'.repeat(300)}content-length: 0\r\n\r\n`,
    `${OK}x: ${'y'.repeat(70_000)}\r\ncontent-length: 0\r\n\r\n`,
    'HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n',
    ' HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(17)}${OK}content-length: 0\r\n\r\n`,
    `${CODED}g\r\n`,
    `${CODED}-1\r\n`,
    `${CODED} 1\r\na\r\n0\r\n\r\n`,
    `${CODED}fffffffffffffff\r\n`,
    `${CODED}1\r\nab\r\n0\r\n\r\n`,
    `${CODED}1\na\r\n0\r\n\r\n`,
    `${CODED}1\r\na\n0\r\n\r\n`,
    `${CODED}1;${'e'.repeat(2_000)}\r\na\r\n0\r\n\r\n`,
    `${CODED}0\r\nx y: 1\r\n\r\n`,
    `${CODED}0\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
    `${CODED}1\r\na\r\n`,
    `${OK}content-length: 4\r\n\r\nabc`,
    OK,
    '',
  ]
  for (const text of refused) assert.equal(ours([Buffer.from(text, 'latin1')]), undefined, JSON.stringify(text.slice(0, 120)))
})

test('lines of chunks are read alike whether they come whole or byte by byte', () => {
  const size = fc.oneof(
    { weight: 3, arbitrary: fc.nat(20).map((length) => `${length.toString(16)}\r\n${'x'.repeat(length)}`) },
    fc.string({ unit: fc.constantFrom(...'019afAFgG;= +-\r\n'), maxLength: 15 }),
    fc.constantFrom('000000000001\r\na', '0000000000001\r\na', '1;a=b\r\na', 'C\r\nabcdefghijkl'),
  )
  const end = fc.constantFrom('0\r\n\r\n', '00\r\n\r\n', '0\r\nx: y\r\n\r\n', '0\r\n\r', '0\r\n', '\n')
  const body = fc.tuple(fc.array(fc.tuple(size, fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '', '\r\n\r\n')), { maxLength: 4 }), end)
  let read = 0
  fc.assert(
    fc.property(body, ([chunks, last]) => {
      const bytes = Buffer.from(CODED + chunks.flat().join('') + last)
      const whole = ours([bytes])
      if (whole !== undefined) read += 1
      assert.deepEqual(ours(cut(bytes, [...bytes.keys()])), whole)
    }),
    { numRuns: 3 * RUNS },
  )
  assert.ok(read > RUNS / 5, `blind: ${read} were sound`)
})

test('what follows a reply is not its own', () => {
  for (const one of [`${OK}content-length: 3\r\n\r\nabc`, `${CODED}3\r\nabc\r\n0\r\n\r\n`, 'HTTP/1.1 204 No Content\r\n\r\n']) {
    assert.equal(ours([Buffer.from(`${one}HTTP/1.1 200 OK\r\n\r\n`)])?.used, one.length)
  }
})

test('names and values have the bytes that the grammar gives them, and a length is digits', () => {
  const isRead = (line: string): boolean => ours([Buffer.from(`HTTP/1.1 204 OK\r\n${line}\r\n\r\n`, 'latin1')]) !== undefined
  for (let byte = 0; byte < 256; byte += 1) {
    const sign = String.fromCharCode(byte)
    // What comes after a colon is a value.
    assert.equal(isRead(`a${sign}b: c`), /[!#$%&'*+\-.^_`|~0-9A-Za-z:]/.test(sign), `${byte} in a name`)
    assert.equal(isRead(`a: b${sign}c`), /[\t\x20-\x7e\x80-\xff]/.test(sign), `${byte} in a value`)
    const length = `1${sign}0`
    assert.equal(isRead(`content-length: ${length}`), /^\d{1,15}$/.test(length), `${byte} in a length`)
  }
  for (const length of ['', '0', '007', '+1', '-1', '999999999999999', '1000000000000000'])
    assert.equal(isRead(`content-length: ${length}`), /^\d{1,15}$/.test(length), length)
})
