// Guarantee: a renewed certificate is seen by new connections without a restart, and a broken renewal takes nobody's connection away.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { certificateFor } from '../../sim/index.ts'
import { followCertificate, secureOptions } from './certificate.ts'

const EVERY_MS = 10
const folder = mkdtempSync(join(tmpdir(), 'farebox-certificate-'))
const paths = { certPath: join(folder, 'cert.pem'), keyPath: join(folder, 'key.pem') }
const first = certificateFor('first.test')
const second = certificateFor('second.test')
/** Takes either certificate, whatever name was called. */
const TRUSTING = { host: '127.0.0.1', ca: [first.cert, second.cert], checkServerIdentity: () => undefined }
let server: https.Server
let stop: () => void

const write = (cert: string, key: string): void => {
  writeFileSync(paths.certPath, cert)
  writeFileSync(paths.keyPath, key)
}

/** The name in the certificate that a new connection sees. */
function nameSeen(): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    const socket = tls.connect({ ...TRUSTING, port }, () => {
      const { subject } = new X509Certificate(socket.getPeerCertificate(true).raw)
      socket.destroy()
      resolve(subject)
    })
    socket.once('error', reject)
  })
}

/** Asks until the name is the one that is meant, as a renewal takes a look to be seen. */
async function untilSeen(name: string): Promise<string> {
  let seen = await nameSeen()
  for (let round = 0; round < 200 && !seen.includes(name); round += 1) {
    await sleep(EVERY_MS)
    seen = await nameSeen()
  }
  return seen
}

before(async () => {
  write(first.cert, first.key)
  server = https.createServer(secureOptions(paths), (_, response) => response.end())
  stop = followCertificate(server, paths, EVERY_MS)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
after(() => {
  stop()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

test('what is broken or half written is left alone, and what is whole again is seen', async () => {
  assert.match(await nameSeen(), /first\.test/)
  for (const [cert, key] of [
    [second.cert, first.key],
    [second.cert.slice(0, 100), second.key],
    ['', ''],
  ] as const) {
    write(cert, key)
    await sleep(EVERY_MS * 5)
    assert.match(await nameSeen(), /first\.test/)
  }
  rmSync(paths.keyPath)
  await sleep(EVERY_MS * 5)
  assert.match(await nameSeen(), /first\.test/)
  write(second.cert, second.key)
  assert.match(await untilSeen('second.test'), /second\.test/)
})

test('nobody is spoken to in an older TLS after a renewal', async () => {
  write(first.cert, first.key)
  assert.match(await untilSeen('first.test'), /first\.test/)
  const { port } = server.address() as AddressInfo
  const code = await new Promise<string>((resolve) => {
    const socket = tls.connect({ ...TRUSTING, port, maxVersion: 'TLSv1.2' }, () => resolve('taken'))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'refused'))
  })
  assert.notEqual(code, 'taken')
})

test('a pair that does not go together is no beginning', () => {
  write(first.cert, second.key)
  assert.throws(() => https.createServer(secureOptions(paths)))
})
