// Guarantee: a gateway serves on until its successor listens, however often one fails, as with a certificate that is broken, or could not even be
// made; then there is one. A pool of which no gateway listens says so.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock, systemIds } from '../lib/index.ts'
import type { GatewaySettings } from '../spec/index.ts'
import { GatewayPool } from './gateway-pool.ts'
import { bindHandle } from './listening-handle.ts'

const RECYCLE_MS = 300
const WAIT_MS_MAX = 60_000
const skip = process.platform !== 'linux' && 'Linux only'

/** Stands for a gateway: it listens unless a file beside it says that it cannot. */
const FAKE = `import { existsSync } from 'node:fs'
process.on('message', (message) => {
  if (message.type === 'retire') process.exit(0)
  if (existsSync(import.meta.dirname + '/broken')) process.exit(70)
  if (message.type === 'start') process.send({ type: 'listening' })
})
process.on('SIGTERM', () => process.exit(0))`

/** A pool of so many of them, in a folder of its own. */
function poolOf(count: number) {
  const root = mkdtempSync(join(tmpdir(), 'farebox-pool-'))
  const code = join(root, 'server', 'gateway')
  mkdirSync(code, { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(code, 'gateway.js'), FAKE)
  const died: string[] = []
  const handle = bindHandle({ host: '127.0.0.1', port: 0 })
  const pool = new GatewayPool({
    ...{ root, count, recycleMs: RECYCLE_MS, drainMs: 1000, handle, clock: systemClock, tls: undefined, authorities: undefined },
    ids: systemIds(systemClock.now),
    log: ({ event }) => void died.push(event),
  })
  return {
    ...{ root, died, broken: join(code, 'broken') },
    load: () => pool.load(),
    start: () => pool.start({ channelPath: join(root, 'none'), settings: {} as GatewaySettings }),
    close: async () => {
      await pool.stop()
      handle.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Processes that were started from a folder. */
const pidsOf = (folder: string): readonly string[] =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(`${folder}/server/gateway/gateway.js`)
    } catch {
      // It has ended meanwhile.
      return false
    }
  })

async function until(isSo: () => boolean): Promise<boolean> {
  for (const end = performance.now() + WAIT_MS_MAX; !isSo() && performance.now() < end; ) await sleep(20)
  return isSo()
}

test('successors that fail take nothing away', { skip }, async () => {
  const { root, died, broken, load, start, close } = poolOf(1)
  try {
    load()
    assert.equal(await start(), true)
    writeFileSync(broken, '')
    assert.ok(await until(() => died.length >= 2), `${died.length} gateways died`)
    const alive = pidsOf(root)
    rmSync(broken)
    assert.ok(alive.length >= 1, 'nobody serves any more')
    const hasNewOne = (): boolean => pidsOf(root).length > 0 && !pidsOf(root).some((pid) => alive.includes(pid))
    assert.ok(await until(hasNewOne), 'no successor took over')
    // One for one: there are never more than the one that serves, the one that comes, and one that is just going.
    for (let look = 0; look < 10; look += 1, await sleep(50)) assert.ok(pidsOf(root).length <= 3)
  } finally {
    await close()
  }
})

test('gateways that could not be made are made later, and take nothing away', { skip }, async () => {
  const { root, died, load, start, close } = poolOf(2)
  const node = process.execPath
  try {
    process.execPath = join(root, 'none')
    load()
    await sleep(20)
    process.execPath = node
    assert.equal(await start(), true)
    assert.ok(await until(() => pidsOf(root).length >= 2), 'one was not made anew')
    process.execPath = join(root, 'none')
    assert.ok(await until(() => died.length >= 4), `${died.length} gateways died`)
    assert.ok(await until(() => pidsOf(root).length === 2), `${pidsOf(root).length} serve`)
    for (const pid of pidsOf(root)) process.kill(Number(pid), 'SIGKILL')
    assert.ok(await until(() => pidsOf(root).length === 0 && died.length >= 8), `${died.length} gateways died`)
    process.execPath = node
    assert.ok(await until(() => pidsOf(root).length >= 2), 'nobody serves any more')
  } finally {
    process.execPath = node
    await close()
  }
})

test('a pool whose gateways end before they listen has not started', async () => {
  const { broken, load, start, close } = poolOf(2)
  writeFileSync(broken, '')
  try {
    load()
    assert.equal(await start(), false)
  } finally {
    await close()
  }
})
