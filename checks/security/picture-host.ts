import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { FETCH_HEADERS } from '../../src/inventory.ts'

/** What the fake host gives where it gives a picture. */
export const PICTURE = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('farebox SEC-05'.repeat(20))])

const IMAGE = { 'content-type': 'image/png' }
const BOMB = gzipSync(Buffer.alloc(50_000_000))
const PIECE = Buffer.alloc(262_144, 1)
const ENDLESS_BYTES_MAX = 10_000_000_000

/** A host that misbehaves by path, and counts the bytes that were taken of its endless answers, and requests that say too much. */
export function pictureHost() {
  const seen = { requests: 0, bytesMost: 0, talkative: 0 }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    seen.requests += 1
    const said = Object.keys(request.headers).filter((name) => FETCH_HEADERS[name] === undefined)
    if (said.length > 0 || request.method !== 'GET') seen.talkative += 1
    response.on('error', () => undefined)
    const [, path = ''] = (request.url ?? '').split('/')
    ;(ANSWERS[path] ?? ANSWERS['ok'])?.(response, seen)
  }
  return { seen, answer }
}

type Seen = { bytesMost: number }

const ANSWERS: Readonly<Record<string, (response: ServerResponse, seen: Seen) => void>> = {
  ok: (response) => void response.writeHead(200, IMAGE).end(PICTURE),
  redirect: (response) => {
    const [status, location] = REDIRECTS[Math.floor(performance.now()) % REDIRECTS.length] ?? [302, '/']
    response.writeHead(status, { ...IMAGE, location }).end(PICTURE)
  },
  packed: (response) => void response.writeHead(200, { ...IMAGE, 'content-encoding': 'gzip' }).end(BOMB),
  claims: (response) => void response.writeHead(200, { ...IMAGE, 'content-length': String(ENDLESS_BYTES_MAX) }).write(PICTURE),
  page: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(PICTURE),
  disguised: (response) => void response.writeHead(200, IMAGE).end('{"AccessKeyId":"secret"}'),
  empty: (response) => void response.writeHead(200, IMAGE).end(),
  dripping: (response) => {
    response.writeHead(200, IMAGE)
    const timer = setInterval(() => response.write('x'), 100)
    response.on('close', () => clearInterval(timer))
  },
  endless: (response, seen) => {
    response.writeHead(200, IMAGE)
    let bytes = response.write(PICTURE) ? PICTURE.length : 0
    const more = (): void => {
      while (!response.destroyed && bytes < ENDLESS_BYTES_MAX) {
        bytes += PIECE.length
        seen.bytesMost = Math.max(seen.bytesMost, bytes)
        if (!response.write(PIECE)) {
          response.once('drain', more)
          return
        }
      }
    }
    more()
  },
}

const REDIRECTS = [
  ...[301, 302, 303, 307, 308].map((status) => [status, 'https://10.0.0.1/'] as const),
  [302, 'http://169.254.169.254/latest/meta-data/'],
  [302, 'https://n0.pictures.org/ok/0'],
  [302, 'file:///etc/passwd'],
] as const
