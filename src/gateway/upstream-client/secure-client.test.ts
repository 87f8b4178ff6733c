// Over TLS a call goes only to the host that it is for, by a certificate that is trusted.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { certificateFor } from '../../../sim/index.ts'
import { errorCode, systemClock } from '../../lib/index.ts'
import { requestHead, UpstreamClient } from './upstream-client.ts'

const REPLY = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'

/** A call, by its status and why it failed. */
function ask(
  client: UpstreamClient,
  origin: string,
): Promise<{ readonly status: number; readonly error: string | undefined; readonly isSent: boolean }> {
  let [status, isSent] = [0, false]
  return new Promise((resolve) => {
    client.dispatch(
      {
        head: requestHead({ origin, path: '/', headers: {} }),
        body: [Buffer.from('{}')],
        isStream: false,
        firstByteMs: 2_000,
        idleMs: 2_000,
      },
      {
        onRequestStart: () => {
          isSent = true
        },
        onResponseStart: (_, told) => {
          status = told
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve({ status, error: undefined, isSent }),
        onResponseError: (_, error) => resolve({ status, error: errorCode(error), isSent }),
      },
    )
  })
}

test('a trusted host is called, and its session taken up again; another one, or a certificate that nobody vouches for, is told nothing', async () => {
  const certificate = certificateFor('localhost')
  const reused: boolean[] = []
  let requests = 0
  const server = tls.createServer(certificate, (socket) => {
    reused.push(socket.isSessionReused())
    socket.on('error', () => undefined)
    socket.once('data', () => {
      requests += 1
      socket.write(REPLY)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new UpstreamClient({ clock: systemClock, connectMs: 5_000 })
  try {
    const untrusted = await ask(client, `https://localhost:${port}`)
    assert.deepEqual(untrusted, { status: 0, error: 'DEPTH_ZERO_SELF_SIGNED_CERT', isSent: false })
    tls.setDefaultCACertificates([certificate.cert])
    const first = await ask(client, `https://localhost:${port}`)
    assert.deepEqual(first, { status: 200, error: undefined, isSent: true })
    assert.equal((await ask(client, `https://localhost:${port}`)).status, 200)
    assert.equal(reused.at(-1), true)
    const elsewhere = await ask(client, `https://127.0.0.1:${port}`)
    assert.deepEqual([elsewhere.error, elsewhere.isSent], ['ERR_TLS_CERT_ALTNAME_INVALID', false])
    assert.equal(requests, 2)
  } finally {
    client.close()
    server.close()
  }
})
