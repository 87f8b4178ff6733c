// Guarantee: what a gateway remembers of a key is forgotten when a change of it is told, in the order in which control says things, and when the channel
// was broken, as what changed meanwhile was told to nobody here.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  AUTHORIZE_STATUSES,
  type CONTROL_MESSAGES,
  GATEWAY_MESSAGES,
  type Handlers,
  Link,
  makeCodec,
  SPELLED_CONTROL,
  SPELLED_GATEWAY,
} from '../channel/index.ts'
import { encodeCatalog, MULTIPLIER_ONE, mintSecret } from '../spec/index.ts'
import { startGateway } from './start-gateway.ts'

const BOUNDS = { bodyBytesMax: 1024, connectMs: 100, firstByteMs: 100, wholeAnswerMs: 100, idleMs: 100, sessionIdleMs: 100, tls: undefined }
const codec = { gateway: makeCodec(SPELLED_GATEWAY), control: makeCodec(SPELLED_CONTROL) }
const SECRET = mintSecret(Buffer.alloc(32, 7))
const KEY = { keyId: randomUUID(), accountId: randomUUID() }
const UNBOUND = { isModelBound: 0, isRouteBound: 0, isAddressBound: 0, multiplier: MULTIPLIER_ONE, expiresInMs: 0 }
const GIVE_UP_MS = 5_000

type ControlLink = Link<typeof CONTROL_MESSAGES, typeof GATEWAY_MESSAGES>

/** What control says of the one key there is, and what it says right after it, in the same write. */
type Script = { status: (typeof AUTHORIZE_STATUSES)[number]; next: (link: ControlLink) => void; asked: number; links: ControlLink[] }

async function begin(context: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-known-'))
  const script: Script = { status: 'ok', next: () => {}, asked: 0, links: [] }
  const ignored = Object.fromEntries(Object.keys(GATEWAY_MESSAGES).map((name) => [name, () => {}]))
  const sockets: net.Socket[] = []
  const channel = net.createServer((socket) => {
    sockets.push(socket)
    const authorize = ({ seq }: { readonly seq: number }): void => {
      script.asked += 1
      link.send('authorized', { seq, ...KEY, ...UNBOUND, status: AUTHORIZE_STATUSES.indexOf(script.status) })
      script.next(link)
    }
    const handlers = { ...ignored, authorize } as unknown as Handlers<typeof GATEWAY_MESSAGES>
    const link: ControlLink = new Link({ socket, out: codec.control, in: codec.gateway, onClose: () => {}, handlers })
    script.links.push(link)
    link.send('welcome', { ipSalt: 1, isSoldToWallets: 0 })
    link.sendText(encodeCatalog({ version: 1, upstreams: [], models: [], unpriced: [] }))
  })
  const channelPath = join(directory, 'channel.sock')
  await new Promise<void>((resolve) => channel.listen(channelPath, resolve))
  const listener = net.createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  const settings = { ...BOUNDS, controlHttpPath: '/nowhere', trustedProxies: [], isEdgeOnly: false }
  const gateway = startGateway({ gatewayId: randomUUID(), channelPath, drainMs: 0, settings }, [listener])
  const breakAll = (): void => {
    for (const socket of sockets.splice(0)) socket.destroy()
  }
  context.after(async () => {
    await gateway.drain(0)
    breakAll()
    await new Promise((resolve) => channel.close(resolve))
    rmSync(directory, { recursive: true })
  })
  const statusOf = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${SECRET}` }
    const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers })
    await answer.arrayBuffer()
    return answer.status
  }
  await until(async () => (await statusOf()) === 200)
  return { script, statusOf, breakAll }
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + GIVE_UP_MS; !(await isTrue()); await delay(10)) assert.ok(Date.now() < end, 'waited for too long')
}

test('a key is asked for once, and again when a change of it is told', async (context) => {
  const { script, statusOf } = await begin(context)
  const { asked } = script
  for (let times = 0; times < 5; times += 1) assert.equal(await statusOf(), 200)
  assert.equal(script.asked, asked)
  script.status = 'unknown'
  script.links.at(-1)?.send('revoke', { keyId: KEY.keyId })
  await until(async () => (await statusOf()) === 401)
})

test('a change that is told right after an answer, in the same write, makes it an answer of before', async (context) => {
  const { script, statusOf } = await begin(context)
  for (const tell of [
    (link: ControlLink) => link.send('revoke', { keyId: KEY.keyId }),
    (link: ControlLink) => link.send('revokeAccount', { accountId: KEY.accountId }),
    (link: ControlLink) => link.send('forget', {}),
  ]) {
    script.status = 'ok'
    script.next = (link) => {
      script.status = 'unknown'
      tell(link)
    }
    script.links.at(-1)?.send('forget', {})
    // Who asked before the change may be let in yet; nobody after.
    await until(async () => {
      await statusOf()
      return script.status === 'unknown'
    })
    assert.equal(await statusOf(), 401)
    script.next = () => {}
  }
})

test('what a gateway remembers is asked for anew after a break of the channel', async (context) => {
  const { script, statusOf, breakAll } = await begin(context)
  const { length } = script.links
  script.status = 'unknown'
  breakAll()
  await until(async () => script.links.length > length)
  await until(async () => (await statusOf()) === 401)
})
