// Guarantee: a gateway that was replaced and finishes its calls still ends within its time when it is told to end, or is left alone, and tells of those calls until then.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { GATEWAY_MESSAGES, type Handlers, Link, makeCodec, SPELLED_CONTROL, SPELLED_GATEWAY } from '../channel/index.ts'

const MAIN = new URL('main.ts', import.meta.url).pathname
const TIMES = { connectMs: 100, firstByteMs: 100, wholeAnswerMs: 100, idleMs: 100, sessionIdleMs: 100 }
const SETTINGS = { bodyBytesMax: 1024, ...TIMES, tls: undefined, trustedProxies: [], isEdgeOnly: false }
const DRAIN_MS = 300
const GONE_MS_MAX = 9_000

/** A gateway as the supervisor has it, where somebody waits for a page that does not come; `told` counts what it tells of how it does. */
async function begin(context: TestContext): Promise<{ readonly child: ChildProcess; readonly told: () => number }> {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-retired-'))
  const codec = { gateway: makeCodec(SPELLED_GATEWAY), control: makeCodec(SPELLED_CONTROL) }
  let told = 0
  const ignored = Object.fromEntries(Object.keys(GATEWAY_MESSAGES).map((name) => [name, () => {}]))
  const handlers = { ...ignored, vitals: () => (told += 1) } as unknown as Handlers<typeof GATEWAY_MESSAGES>
  const channel = net.createServer((socket) => {
    const link = new Link({ socket, out: codec.control, in: codec.gateway, onClose: () => {}, handlers })
    link.send('welcome', { ipSalt: 1, isSoldToWallets: 0 })
  })
  const channelPath = join(directory, 'channel.sock')
  await new Promise<void>((resolve) => channel.listen(channelPath, resolve))
  const pages = net.createServer((socket) => void socket.on('error', () => undefined).resume())
  const controlHttpPath = join(directory, 'pages.sock')
  await new Promise<void>((resolve) => pages.listen(controlHttpPath, resolve))
  const listener = net.createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const child = fork(MAIN, { execArgv: ['--disable-warning=ExperimentalWarning'] })
  context.after(() => {
    child.kill('SIGKILL')
    channel.close()
    pages.close()
    rmSync(directory, { recursive: true })
  })
  const settings = { ...SETTINGS, controlHttpPath }
  child.send({ type: 'start', start: { gatewayId: randomUUID(), channelPath, drainMs: DRAIN_MS, settings } }, listener)
  await once(child, 'message')
  // Else it would take connections here as well.
  listener.close()
  const client = net.connect(port, '127.0.0.1')
  client.on('error', () => undefined)
  context.after(() => client.destroy())
  await once(client, 'connect')
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(pages, 'connection')
  return { child, told: () => told }
}

for (const [name, tell] of [
  ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
  ['the end of its supervisor', (child: ChildProcess) => child.disconnect()],
] as const)
  test(`${name} ends one that was replaced, whatever is open`, { timeout: 30_000 }, async (context) => {
    const { child } = await begin(context)
    child.send({ type: 'retire' })
    await delay(1_500)
    assert.equal(child.exitCode, null, 'it left somebody')
    tell(child)
    const isGone = once(child, 'exit').then(([code]) => code as number)
    assert.equal(await Promise.race([isGone, delay(GONE_MS_MAX, 'still there')]), 0)
  })

test('one that was replaced goes on telling control of what is open', { timeout: 30_000 }, async (context) => {
  const { child, told } = await begin(context)
  child.send({ type: 'retire' })
  await delay(1_200)
  const before = told()
  await delay(2_500)
  assert.equal(child.exitCode, null)
  assert.ok(told() > before, 'nothing was told')
})
