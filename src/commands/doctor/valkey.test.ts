// Guarantee: a Valkey that answers and takes no writes is told apart from one that counts, and nothing is written to it for that.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startValkey, valkeyMissing } from '../../../checks/valkey.ts'
import { checkValkey } from './valkey.ts'

test('one that counts, and ones that answer alone', { skip: valkeyMissing() ?? false }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-doctor-'))
  const valkey = await startValkey()
  const told = async (): Promise<string> => {
    const environment = { FAREBOX_DATA_DIR: folder, VALKEY_URL: valkey.url }
    const findings = await checkValkey({ environment, version: process.versions.node, execArgv: [] })
    return findings.map(({ state, detail }) => [state, ...(/\(\w+\)/.exec(detail) ?? [])].join(' ')).join()
  }
  try {
    assert.equal(await told(), 'ok')
    await valkey.ask('CONFIG', 'SET', 'maxmemory', '1')
    assert.equal(await told(), 'failed (OOM)')
    await valkey.ask('CONFIG', 'SET', 'maxmemory', '0')
    await valkey.ask('REPLICAOF', '127.0.0.1', '1')
    assert.equal(await told(), 'failed (READONLY)')
    await valkey.ask('REPLICAOF', 'NO', 'ONE')
    await valkey.ask('ACL', 'SETUSER', 'default', '-set')
    assert.equal(await told(), 'failed (NOPERM)')
    assert.deepEqual(await valkey.ask('KEYS', '*'), [])
    await valkey.kill()
    assert.equal(await told(), 'failed')
  } finally {
    await valkey.stop()
    rmSync(folder, { recursive: true })
  }
})
