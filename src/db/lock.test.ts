// Protects: one process at a time has a data directory, and a dead one never keeps it.
import { equal, ok, rejects } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ConfigRefusedError } from '../spec/index.ts'
import { lockDataDir } from './lock.ts'

const TAKER = `
  const { lockDataDir } = await import(process.argv[1])
  await lockDataDir(process.argv[2]).then(() => { process.stdout.write('taken'); setInterval(() => undefined, 1000) },
    (thrown) => process.stdout.write(thrown.message))`

const FORGETFUL = `
  const { lockDataDir } = await import(process.argv[1])
  const { setTimeout: sleep } = await import('node:timers/promises')
  await lockDataDir(process.argv[2])
  for (let times = 0; times < 5; times += 1) { globalThis.gc(); await sleep(10) }
  process.stdout.write('forgotten')
  setInterval(() => undefined, 1000)`

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'farebox-lock-'))
})
after(() => rm(directory, { recursive: true }))

const taker = (dataDir: string): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '-e', TAKER, join(import.meta.dirname, 'lock.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

async function firstWord(child: ChildProcess): Promise<string> {
  ok(child.stdout)
  const [bytes] = await once(child.stdout, 'data')
  return String(bytes)
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('another process, and this one again, are refused until it is released', async () => {
  const dataDir = join(directory, 'released')
  const lock = await lockDataDir(dataDir)
  await rejects(lockDataDir(dataDir), { message: 'data_dir_locked' })
  equal(await firstWord(taker(dataDir)), 'data_dir_locked')
  await lock.release()
  await lock.release()
  await (await lockDataDir(dataDir)).release()
})

test('of five at once one gets it, and after kill -9 of that one the next', async () => {
  const dataDir = join(directory, 'raced')
  const takers = Array.from({ length: 5 }, () => taker(dataDir))
  const words = await Promise.all(takers.map(firstWord))
  equal(words.filter((word) => word === 'taken').length, 1)
  equal(words.filter((word) => word === 'data_dir_locked').length, 4)
  await Promise.all(takers.map(kill))
  await (await lockDataDir(dataDir)).release()
})

test('a lock that nobody refers to any more holds on', async () => {
  const dataDir = join(directory, 'forgotten')
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', FORGETFUL, join(import.meta.dirname, 'lock.ts'), dataDir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    equal(await firstWord(child), 'forgotten')
    await rejects(lockDataDir(dataDir), { message: 'data_dir_locked' })
  } finally {
    await kill(child)
  }
})

test('a place where nothing can be made is refused with its name', async () => {
  const file = join(directory, 'file')
  await writeFile(file, '')
  await rejects(lockDataDir(join(file, 'data')), (thrown) => {
    ok(thrown instanceof ConfigRefusedError)
    equal(thrown.problems[0]?.path, 'FAREBOX_DATA_DIR')
    return true
  })
})
