// Guarantee: what is fetched comes from the one public address that was looked up, with the certificate of its name, in one plain answer
// of the right type within its bounds; anything else is an error that tells the place in the request and nothing else.
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { PICTURES, type SimOutsideOptions, startSimOutside } from '../../../sim/index.ts'
import { FailureError } from '../../failures.ts'
import { dialPort } from '../../outbound/index.ts'
import type { MediaAddress, MediaKind } from '../../protocols/index.ts'
import { FETCH_BYTES_MAX, fetchMedia } from './fetch-media.ts'
import { REASONS } from './fetch-one.ts'

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(3_000, 7)])
const PUBLIC = '93.184.216.34'
const png: RequestListener = (_, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end(PNG)

const addressOf = (url: string, kind: MediaKind = 'image'): MediaAddress => ({
  ...{ at: 'messages[0].content[1]', url, kind, start: 0, end: 0 },
  around: () => ['', ''],
})

type Tried = Partial<SimOutsideOptions> & { readonly url?: string; readonly kind?: MediaKind; readonly millisMax?: number }

async function tryOne({ url = `https://${PICTURES}/a.png`, kind, millisMax = 5_000, ...options }: Tried) {
  const outside = await startSimOutside({ dialPort, answer: png, addressesOf: () => [PUBLIC], ...options })
  try {
    const signal = new AbortController().signal
    const media = await fetchMedia(outside, { addresses: [addressOf(url, kind)], signal, millisMax })
    return { media, dialled: outside.dialled, told: '' }
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError, String(thrown))
    assert.equal(thrown.failure.code, 'media_unfetched')
    assert.ok(!thrown.failure.message.includes('pictures'), 'an error tells the address')
    assert.ok(thrown.failure.message.includes('"messages[0].content[1]"'))
    return { media: [], dialled: outside.dialled, told: thrown.failure.message }
  } finally {
    outside.close()
  }
}

const assertRefused = async (tried: Tried, reason: keyof typeof REASONS, dials: number): Promise<void> => {
  const { told, dialled } = await tryOne(tried)
  assert.ok(told.includes(REASONS[reason]), told || 'it was fetched')
  assert.equal(dialled.length, dials)
}

test('a picture comes as it is, from the address that was found, asked for without anything that says who asks', async () => {
  let seen: object = {}
  const answer: RequestListener = (request, response) => {
    seen = { url: request.url, method: request.method, ...request.headers }
    png(request, response)
  }
  const { media, dialled } = await tryOne({ answer, url: `https://${PICTURES}/a%20b.png?c=d#e` })
  assert.deepEqual(media, [{ mimeType: 'image/png', bytes: PNG }])
  assert.deepEqual(dialled, [{ name: PICTURES, address: PUBLIC }])
  const headers = { accept: 'image/png, image/jpeg, image/gif, image/webp', 'accept-encoding': 'identity', 'user-agent': 'farebox-fetcher' }
  assert.deepEqual(seen, { url: '/a%20b.png?c=d', method: 'GET', host: PICTURES, connection: 'keep-alive', ...headers })
})

test('a name with any address that is not public is not called, and neither is one without', async () => {
  for (const addresses of [['127.0.0.1'], [PUBLIC, '10.0.0.1'], ['::ffff:127.0.0.1'], ['fe80::1%lo'], [], ['x'], Array(40).fill(PUBLIC)]) {
    await assertRefused({ addressesOf: () => addresses }, 'address', 0)
  }
  await assertRefused({ addressesOf: () => Promise.reject(new Error('ENOTFOUND')) }, 'address', 0)
  await assertRefused({ url: 'https://169.254.169.254/latest' }, 'address', 0)
})

test('a name is looked up once, so that another answer the second time changes nothing', async () => {
  let asked = 0
  const { media, dialled } = await tryOne({ addressesOf: () => [++asked === 1 ? PUBLIC : '127.0.0.1'] })
  assert.deepEqual([media.length, asked, dialled.map(({ address }) => address)], [1, 1, [PUBLIC]])
})

test('a connection that leads elsewhere than it was dialled, or whose certificate is of another name, carries no request', async () => {
  let requests = 0
  const answer: RequestListener = (request, response) => {
    requests += 1
    png(request, response)
  }
  await assertRefused({ answer, isHonest: false }, 'address', 1)
  await assertRefused({ answer, certified: 'www.others.org' }, 'answer', 1)
  assert.equal(requests, 0)
})

test('only one plain answer of status 200 counts: no redirect, nothing packed', async () => {
  const heads: readonly [number, Record<string, string>][] = [
    ...[301, 302, 303, 307, 308].map((status): [number, Record<string, string>] => [status, { location: 'https://10.0.0.1/' }]),
    ...[201, 204, 206, 404, 500].map((status): [number, Record<string, string>] => [status, {}]),
    [200, { 'content-encoding': 'gzip' }],
  ]
  for (const [status, headers] of heads) {
    const body = headers['content-encoding'] === undefined ? PNG : gzipSync(Buffer.alloc(1_000_000))
    const answer: RequestListener = (_, response) => void response.writeHead(status, { 'content-type': 'image/png', ...headers }).end(body)
    await assertRefused({ answer }, 'answer', 1)
  }
})

test('the type has to be right by header and by first bytes', async () => {
  const of = (type: string | undefined, body: Buffer | string): RequestListener => {
    return (_, response) => void response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body)
  }
  await assertRefused({ answer: of('text/html', PNG) }, 'type', 1)
  await assertRefused({ answer: of(undefined, PNG) }, 'type', 1)
  await assertRefused({ answer: of('image/png', '<html>secret') }, 'type', 1)
  await assertRefused({ answer: of('image/png', '%PDF-1.7') }, 'type', 1)
  await assertRefused({ answer: of('image/png', PNG), kind: 'document' }, 'type', 1)
  const pdf = await tryOne({ answer: of('application/pdf', '%PDF-1.7'), kind: 'document' })
  assert.equal(pdf.media[0]?.mimeType, 'application/pdf')
  const jpeg = await tryOne({ answer: of('image/jpg', '\xff\xd8\xff'.padEnd(9)), kind: 'image' })
  assert.equal(jpeg.told.length > 0, true, 'UTF-8 of it is no JPEG')
})

test('a body without an end is read no further than its bound, and one that says it is larger not at all', async () => {
  let sent = 0
  const answer: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'image/png' })
    const more = (): void => {
      while (!response.destroyed && sent < 20 * FETCH_BYTES_MAX) {
        const piece = sent === 0 ? PNG : Buffer.alloc(1_048_576)
        sent += piece.length
        if (!response.write(piece)) {
          response.once('drain', more)
          return
        }
      }
    }
    more()
  }
  await assertRefused({ answer, millisMax: 60_000 }, 'size', 1)
  assert.ok(sent < 4 * FETCH_BYTES_MAX, `${sent} bytes were taken`)
  const big: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': '10000000000' }).write(PNG)
  }
  await assertRefused({ answer: big }, 'size', 1)
})

test('whoever is slow is left: name servers, hosts that do not answer, and those that answer byte by byte', async () => {
  await assertRefused({ addressesOf: () => new Promise(() => undefined), millisMax: 50 }, 'time', 0)
  await assertRefused({ answer: () => undefined, millisMax: 300 }, 'time', 1)
  const drip: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'image/png' })
    const timer = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(timer))
  }
  await assertRefused({ answer: drip, millisMax: 400 }, 'time', 1)
})

test('a call has a bound of addresses and of bytes in all; the same address is fetched once', async () => {
  const outside = await startSimOutside({
    dialPort,
    answer: (_, response) =>
      void response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.concat([PNG, Buffer.alloc(9_000_000)])),
    addressesOf: () => [PUBLIC],
  })
  const get = (urls: readonly string[]) =>
    fetchMedia(outside, {
      addresses: urls.map((url) => addressOf(`https://${PICTURES}/${url}`)),
      signal: new AbortController().signal,
      millisMax: 60_000,
    })
  try {
    assert.equal((await get(['a', 'a'])).length, 2)
    assert.equal(outside.dialled.length, 1)
    await assert.rejects(get(['a', 'b', 'c']), refusedFor(/too large/))
    await assert.rejects(get(Array.from({ length: 21 }, String)), refusedFor(/at most 20/))
  } finally {
    outside.close()
  }
})

const refusedFor = (message: RegExp) => (thrown: unknown) => thrown instanceof FailureError && message.test(thrown.failure.message)
