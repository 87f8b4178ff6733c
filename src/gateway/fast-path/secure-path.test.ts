// Over TLS plain calls are read on the fast path, and a connection that brings another request goes on to node:http with all that it brought.
import assert from 'node:assert/strict'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { certificateFor } from '../../../sim/index.ts'
import { systemClock } from '../../lib/index.ts'
import { readBody } from '../read-body.ts'
import { FastPath } from './fast-path.ts'
import { type Answer, BODY, optionsOf } from './testing.ts'

const echo: Answer = async (request, response) => {
  const body = await readBody(request, BODY)
  response.writeHead(200, ['content-length', String(body.length)])
  response.end(body)
}

test('a plain call and then one in chunks, on one connection', async () => {
  const certificate = certificateFor('localhost')
  const server = https.createServer(certificate, (request, response) => void echo(request, response))
  const lines = 'strict-transport-security: max-age=1\r\n'
  const path = new FastPath(server, { ...optionsOf(echo), clock: systemClock, isSecure: true, lines })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(0)))
  const { port } = server.address() as AddressInfo
  const client = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: certificate.cert })
  let heard = ''
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  client.on('data', (bytes) => {
    if (heard === '')
      client.write('POST /v1/messages HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n')
    heard += bytes.toString('latin1')
  })
  client.on('close', () => end())
  client.write('POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none')
  await over
  assert.match(
    heard,
    /^HTTP\/1\.1 200 OK\r\ncontent-length: 3\r\nstrict-transport-security: max-age=1\r\n[\s\S]*\r\n\r\noneHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\ntwo$/,
  )
  assert.equal(path.handedOver, 1)
  await new Promise((resolve) => server.close(resolve))
  path.end()
})
