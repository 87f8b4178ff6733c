// Guarantee: a client that takes nothing of what waits for it is let go after five minutes, over TLS too; one that takes some now and then is not, nor one
// that nothing waits for.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import { certificateFor } from '../../sim/index.ts'
import { StalledClients } from './stalled-clients.ts'

const MINUTE = 60_000
/** More than kernels keep for a connection by themselves. */
const PIECES = 400
const PIECE = Buffer.alloc(65_536, 'a')

/** A server that sends much as fast as it is taken, and what looks at its clients; time passes as the test says. */
async function begin(context: TestContext, isSecure: boolean) {
  let now = 0
  const certificate = certificateFor('localhost')
  const answer: http.RequestListener = async (_request, response) => {
    const closed = once(response, 'close')
    for (let piece = 0; piece < PIECES && !response.destroyed; piece += 1)
      if (!response.write(PIECE)) await Promise.race([closed, once(response, 'drain')])
    response.end()
  }
  const server = isSecure ? https.createServer(certificate, answer) : http.createServer(answer)
  const stalled = new StalledClients(server, { clock: { monotonic: () => now }, isSecure })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clients: Socket[] = []
  context.after(async () => {
    for (const client of clients) client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const connect = async (): Promise<Socket> => {
    const client = isSecure
      ? tls.connect({ port, host: '127.0.0.1', ca: certificate.cert, servername: 'localhost' })
      : net.connect(port, '127.0.0.1')
    client.on('error', () => undefined)
    clients.push(client)
    await new Promise<void>((resolve) => client.once(isSecure ? 'secureConnect' : 'connect', resolve))
    return client
  }
  /** Lets minutes go by, with a look in each. */
  const pass = async (minutes: number, each: () => Promise<unknown> = async () => {}): Promise<void> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      await each()
      now += MINUTE
      stalled.look()
    }
    await delay(50)
  }
  return { connect, pass }
}

const ask = (client: Socket): boolean => client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')

for (const isSecure of [false, true]) {
  test(`who takes nothing is let go, ${isSecure ? 'over TLS' : 'in the clear'}`, async (context) => {
    const { connect, pass } = await begin(context, isSecure)
    const [stalled, silent] = [await connect(), await connect()]
    let hasEnded = false
    ask(stalled)
    stalled.once('data', () => stalled.pause())
    await delay(500)
    await pass(5)
    assert.equal(stalled.destroyed, false)
    await pass(2)
    // A client that does not read hears of its end when it reads again.
    stalled.once('close', () => {
      hasEnded = true
    })
    let got = 0
    stalled.on('data', (bytes) => {
      got += bytes.length
    })
    stalled.resume()
    for (let tries = 0; !hasEnded && tries < 200; tries += 1) await delay(10)
    assert.ok(hasEnded, 'its connection goes on')
    assert.ok(got < PIECES * PIECE.length, 'all was sent')
    assert.equal(silent.destroyed, false)
  })

  test(`who takes some now and then is not let go, ${isSecure ? 'over TLS' : 'in the clear'}`, async (context) => {
    const { connect, pass } = await begin(context, isSecure)
    const client = await connect()
    let got = 0
    client.on('data', (bytes) => {
      got += bytes.length
      if (got > 500_000) client.pause()
    })
    ask(client)
    await delay(500)
    await pass(20, async () => {
      got = 0
      client.resume()
      await delay(30)
    })
    assert.equal(client.destroyed, false)
  })
}
