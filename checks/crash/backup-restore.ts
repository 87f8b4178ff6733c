import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { call } from '../calls.ts'
import { blocksOf } from '../guides/blocks.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import type { Balance, Customer } from '../operator.ts'
import { quantile } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { fillWithCalls } from './fill-with-calls.ts'

const CALLS = 20
const COMMAND_MS_MAX = 3_600_000
const ERASED_MS_MAX = 120_000
/** The catalogue's bounds: on how long the way back takes, and on how much of the past a backup that has just ended lacks. */
const RESTORE_MS_MAX = 900_000
const BACKUP_MS_MAX = 300_000

/**
 * CRA-14: what docs/disaster.md tells to type, typed: a backup of a server under way; calls and an erasure after it; all killed and the data
 * directory gone; and the way back. Balances are those of the backup, the same keys call, the books agree, and who was erased stays erased.
 */
export const backupRestore = (context: CheckContext): Promise<Measured> =>
  onWorld(async (world) => ({ n: context.n, measured: await loseOften(context, world) }))

/** CRA-14b: the same, once, with `n` GiB of calls in the database. */
export const backupRestoreLarge = (context: CheckContext): Promise<Measured> =>
  onWorld(async (world) => {
    const filled = await fillWithCalls(context, world)
    const lost = await loseOften({ ...context, n: 1 }, world)
    return { n: context.n, measured: { ...filled, ...lost } }
  })

async function onWorld(work: (world: World) => Promise<Measured>): Promise<Measured> {
  const world = await startWorld()
  try {
    if (world.postgres !== undefined) throw new NotRunError('the embedded database is lost here; your own server is not ours to lose')
    return await work(world)
  } finally {
    await world.stop()
  }
}

async function loseOften(context: CheckContext, world: World): Promise<Measured['measured']> {
  const all: Lost[] = []
  for (let round = 0; round < context.n; round += 1) {
    const lost = await loseAll(context, world, round)
    all.push(lost)
    context.progress(`round ${round + 1}: backed up in ${Math.round(lost.backupMs)} ms, back after ${Math.round(lost.millis)} ms`)
  }
  const [restoreMs, backupMs] = [
    quantile(
      all.map(({ millis }) => millis),
      1,
    ),
    quantile(
      all.map((lost) => lost.backupMs),
      1,
    ),
  ]
  context.expect(restoreMs <= RESTORE_MS_MAX, `the way back took ${restoreMs} ms`)
  context.expect(backupMs <= BACKUP_MS_MAX, `a backup took ${backupMs} ms, so that it lacks as much when it has ended`)
  return { backup_bytes: all.at(-1)?.size ?? 0, backup_ms_max: backupMs, restore_ms_max: restoreMs }
}

type Lost = { readonly millis: number; readonly size: number; readonly backupMs: number }

async function loseAll(context: CheckContext, world: World, round: number): Promise<Lost> {
  const { directory, dataDir, operator } = world
  const [stays, goes] = [await operator.customer('10.00'), await operator.customer('10.00')]
  for (let index = 0; index < CALLS; index += 1) await callOnce(context, world, stays)
  for (const name of ['farebox.backup', 'farebox.keys', 'passphrase']) rmSync(join(directory, name), { force: true })
  const before = await settled(world, stays)
  const backupBegan = performance.now()
  await paste(world, blockWith('farebox backup'))
  const backupMs = performance.now() - backupBegan
  await backUpAgain(context, world)
  await callOnce(context, world, stays)
  const { email } = (await operator.ask('GET', `/accounts/${goes.id}`)) as { readonly email: string }
  await operator.ask('POST', `/accounts/${goes.id}/erasure`, { email, give_up: '10.00' })
  await untilErased(world, goes)
  await world.kill('all')
  const newest = join(directory, 'erasures.newest')
  copyFileSync(join(dataDir, 'erasures'), newest)
  renameSync(dataDir, `${dataDir}-lost-${round}`)
  const began = performance.now()
  const [restore = '', doctor = ''] = blockWith('farebox restore').split('\n')
  const told = await paste(world, `${restore} --erasures ${newest}`)
  context.expect(told.includes('The books agree') && told.includes('Erased again: 1.'), `restore said: ${told}`)
  await paste(world, doctor)
  await world.start()
  const millis = performance.now() - began
  const after = await settled(world, stays)
  context.expect(after.available === before.available, `a balance was ${before.available} and is ${after.available}`)
  context.expect((await operator.verify()).ok, 'the books do not agree')
  const { status } = (await operator.ask('GET', `/accounts/${goes.id}`)) as { readonly status: string }
  context.expect(status === 'erased', `who was erased after the backup is ${status}`)
  await callOnce(context, world, stays)
  return { millis, backupMs, size: statSync(join(directory, 'farebox.backup')).size }
}

/** What is typed again and again: the passphrase stays, each run makes files of its own, and keys that are too old to be kept go. */
async function backUpAgain(context: CheckContext, world: World): Promise<void> {
  const inFolder = (name: string): string => join(world.directory, name)
  const passphrase = readFileSync(inFolder('passphrase'), 'utf8')
  await paste(world, blockWith('farebox backup').split('\n')[0] ?? '')
  context.expect(readFileSync(inFolder('passphrase'), 'utf8') === passphrase, 'the passphrase is another one when its line is typed again')
  writeFileSync(inFolder('farebox-old.keys'), '')
  utimesSync(inFolder('farebox-old.keys'), 0, 0)
  const before = readdirSync(world.directory)
  await paste(world, blockWith('date -u'))
  context.expect(!existsSync(inFolder('farebox-old.keys')), 'keys of long ago are still there')
  const made = readdirSync(world.directory).filter((name) => !before.includes(name))
  context.expect(/^farebox-\w+\.backup farebox-\w+\.keys$/.test(made.sort().join(' ')), `a later run made ${made.join(' ')}`)
}

async function callOnce(context: CheckContext, world: World, { key }: Customer): Promise<void> {
  const { status } = await call({ base: world.base, key, protocol: 'openai', model: 'm-openai', isStream: false })
  context.expect(status === 200, `a call was answered ${status}`)
}

/** An erasure takes some seconds, as it waits for calls of the account that may be running. */
async function untilErased(world: World, { id }: Customer): Promise<void> {
  const until = performance.now() + ERASED_MS_MAX
  while (performance.now() < until) {
    const { state } = (await world.operator.ask('GET', `/accounts/${id}/erasure`)) as { readonly state: string }
    if (state === 'done') return
    await sleep(200)
  }
  throw new Error('the erasure did not end')
}

/** A balance once nothing of it is held any more. */
async function settled(world: World, { id }: Customer): Promise<Balance> {
  for (;;) {
    const balance = await world.operator.balance(id)
    if (balance.held === 0n) return balance
  }
}

/** The commands of the page that hold a part. */
function blockWith(part: string): string {
  const found = blocksOf('docs/disaster.md').find(({ text }) => text.includes(part))?.text
  if (found === undefined) throw new TypeError(`docs/disaster.md has no commands with ${part}`)
  return found
}

/** Runs lines of the page where the world lives, with the program of this checkout; rejects with what they said when they fail. */
async function paste(world: World, lines: string): Promise<string> {
  const program = `${process.execPath} ${join(process.cwd(), 'src', 'main.ts')}`
  const env = {
    PATH: process.env['PATH'] ?? '',
    FAREBOX_DATA_DIR: world.dataDir,
    FAREBOX_CONFIG: join(world.directory, 'farebox.yaml'),
    FAREBOX_LISTEN: `127.0.0.1:${world.port}`,
    FAREBOX_OPERATOR_LISTEN: new URL(world.operatorBase).host,
  }
  const argv = ['-euo', 'pipefail', '-c', lines.replaceAll('npx farebox', program)]
  const { stdout } = await promisify(execFile)('bash', argv, { cwd: world.directory, env, timeout: COMMAND_MS_MAX })
  return stdout
}
