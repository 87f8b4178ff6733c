// Guarantee: a database that was filled under some master keys is opened by these and no others, and none are made where they are gone.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestDatabase } from '../db/testing.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { keyringProblems, masterKeyProblems, openOwnKeyring } from './own-keyring.ts'
import { openKeyring } from './seal.ts'

const gotOf = (thrown: unknown): string | undefined => (thrown instanceof ConfigRefusedError ? thrown.problems[0]?.got : undefined)

test('the first keys are known from then on; others are refused, and where there are none none are made', async (context) => {
  const [{ appDatabase, drop }, folder] = [await createTestDatabase(), mkdtempSync(join(tmpdir(), 'farebox-own-keyring-'))]
  context.after(async () => {
    await drop()
    rmSync(folder, { recursive: true })
  })
  const [first, other, none] = [join(folder, 'first'), join(folder, 'other'), join(folder, 'none')]
  openKeyring(other)
  assert.deepEqual(await keyringProblems(appDatabase, none), [])
  const sealed = (await openOwnKeyring(appDatabase, first)).seal(Buffer.from('secret'), 'p')
  assert.equal((await openOwnKeyring(appDatabase, first)).unseal(sealed, 'p').toString(), 'secret')
  await assert.rejects(openOwnKeyring(appDatabase, other), (thrown) => gotOf(thrown) === 'other ones')
  await assert.rejects(openOwnKeyring(appDatabase, none), (thrown) => gotOf(thrown) === 'none')
  assert.ok(!existsSync(none))
})

test('of two directories that are first at the same time one is refused', async (context) => {
  const [{ appDatabase, drop }, folder] = [await createTestDatabase(), mkdtempSync(join(tmpdir(), 'farebox-own-keyring-'))]
  context.after(async () => {
    await drop()
    rmSync(folder, { recursive: true })
  })
  const both = await Promise.allSettled(['a', 'b'].map((name) => openOwnKeyring(appDatabase, join(folder, name))))
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('keys that were copied back with other rights, or in part, are named with what to do', async (context) => {
  const [{ appDatabase, drop }, folder] = [await createTestDatabase(), mkdtempSync(join(tmpdir(), 'farebox-own-keyring-'))]
  context.after(async () => {
    await drop()
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'keys', 'master-1.key')
  await openOwnKeyring(appDatabase, folder)
  chmodSync(path, 0o644)
  await assert.rejects(openOwnKeyring(appDatabase, folder), (thrown) => gotOf(thrown) === 'a file that others may read')
  assert.deepEqual(
    masterKeyProblems(folder).map(({ mend }) => mend),
    [`run chmod 600 ${path}`],
  )
  chmodSync(path, 0o600)
  truncateSync(path, 10)
  await assert.rejects(openOwnKeyring(appDatabase, folder), (thrown) => gotOf(thrown) === 'another size')
})
