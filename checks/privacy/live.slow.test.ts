// The live part of the privacy checks passes on a server that keeps nothing, and names where on one that does.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { endedAs, runCheck } from '../harness/index.ts'
import { startWorld, type World } from '../world.ts'
import { livePrivacy } from './live.ts'

let world: World
before(async () => {
  world = await startWorld({ keepBodies: true })
})
after(() => world.stop())

const target = (dataDir: string) => ({
  ...{ address: world.base, operatorAddress: world.operatorBase, operatorToken: world.operatorToken, model: 'm-openai', dataDir },
})
const options = { tier: 'pr', progress: () => undefined } as const

test('a server that keeps nothing passes, and its keys are taken back', async () => {
  const line = await runCheck(livePrivacy(target(world.dataDir)), options)
  assert.equal(endedAs(line), 'passed', line.first?.join('; '))
  const { data } = (await world.operator.ask('GET', '/accounts?limit=200')) as { readonly data: readonly { readonly id: string }[] }
  for (const { id } of data) {
    const keys = (await world.operator.ask('GET', `/accounts/${id}/keys`)) as {
      readonly data: readonly { readonly revoked_at?: string | null }[]
    }
    assert.ok(keys.data.every(({ revoked_at: revoked }) => typeof revoked === 'string'))
  }
})

test('what lies in the data directory is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-live-'))
  try {
    // What the upstream is told is written where nothing may be: a server that keeps bodies.
    const spill = (): void =>
      writeFileSync(join(folder, 'spilled'), Buffer.concat(world.sim.calls.map(({ body }) => body ?? Buffer.alloc(0))))
    const timer = setInterval(spill, 50)
    const line = await runCheck(livePrivacy(target(folder)), options).finally(() => clearInterval(timer))
    assert.equal(endedAs(line), 'failed')
    assert.match(line.first?.join('\n') ?? '', /leak: .*spilled/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
