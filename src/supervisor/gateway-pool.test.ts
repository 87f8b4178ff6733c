// Guarantee: a gateway serves on until its successor listens, however often one fails, as with a certificate that is broken; then there is one.
// A pool of which no gateway listens says so.
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

/** Stands for a gateway: it listens unless a file beside it says that it cannot. */
const FAKE = `import { existsSync } from 'node:fs'
process.on('message', (message) => {
  if (message.type === 'retire') process.exit(0)
  if (existsSync(import.meta.dirname + '/broken')) process.exit(70)
  if (message.type === 'start') process.send({ type: 'listening' })
})
process.on('SIGTERM', () => process.exit(0))`

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

test('successors that fail take nothing away', { skip: process.platform !== 'linux' && 'Linux only' }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'farebox-pool-'))
  const code = join(root, 'server', 'gateway')
  mkdirSync(code, { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(code, 'gateway.js'), FAKE)
  const died: string[] = []
  const handle = bindHandle({ host: '127.0.0.1', port: 0 })
  const pool = new GatewayPool({
    ...{ root, count: 1, recycleMs: RECYCLE_MS, drainMs: 1000, handle, clock: systemClock, tls: undefined },
    ids: systemIds(systemClock.now),
    log: ({ event }) => void died.push(event),
  })
  try {
    pool.load()
    assert.equal(await pool.start({ channelPath: join(root, 'none'), settings: {} as GatewaySettings }), true)
    writeFileSync(join(code, 'broken'), '')
    assert.ok(await until(() => died.length >= 2), `${died.length} gateways died`)
    const alive = pidsOf(root)
    rmSync(join(code, 'broken'))
    assert.ok(alive.length >= 1, 'nobody serves any more')
    const hasNewOne = (): boolean => pidsOf(root).length > 0 && !pidsOf(root).some((pid) => alive.includes(pid))
    assert.ok(await until(hasNewOne), 'no successor took over')
    // One for one: there are never more than the one that serves, the one that comes, and one that is just going.
    for (let look = 0; look < 10; look += 1, await sleep(50)) assert.ok(pidsOf(root).length <= 3)
  } finally {
    await pool.stop()
    handle.close()
    rmSync(root, { recursive: true, force: true })
  }
})

test('a pool whose gateways end before they listen has not started', async () => {
  const root = mkdtempSync(join(tmpdir(), 'farebox-pool-'))
  const code = join(root, 'server', 'gateway')
  mkdirSync(code, { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(code, 'gateway.js'), FAKE)
  writeFileSync(join(code, 'broken'), '')
  const handle = bindHandle({ host: '127.0.0.1', port: 0 })
  const pool = new GatewayPool({
    ...{ root, count: 2, recycleMs: RECYCLE_MS, drainMs: 1000, handle, clock: systemClock, tls: undefined },
    ids: systemIds(systemClock.now),
    log: () => undefined,
  })
  try {
    pool.load()
    assert.equal(await pool.start({ channelPath: join(root, 'none'), settings: {} as GatewaySettings }), false)
  } finally {
    await pool.stop()
    handle.close()
    rmSync(root, { recursive: true, force: true })
  }
})
