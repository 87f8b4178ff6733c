import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { parseUsd } from '../../src/lib/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { inParallel, quantile } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { auditBooks } from './books.ts'
import { type Ride, startLoad } from './load.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

const DISK_BYTES = 1024 * 1_048_576
const CREDIT = '1000.00'
const CUSTOMERS = 3
const LOOPS = 10
const PENNY = '0.01'
const UNSYNCED = 'unsynced'
/** Answers that ended this short before all died together may have died with their only witnesses. */
const WITNESS_MS = 1_000
const [CUT_MS_MIN, CUT_MS_SPREAD] = [500, 2_500]

/**
 * CRA-03c: the disk of a server under load loses power at random moments: what the file system had not given to it by then is gone, with every
 * process. After each cut the server starts on what is left; each credit that was answered is there, and so is each call that the books knew.
 */
export async function powerCuts(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('it mounts a file system of its own, as only Linux lets it')
  const disk = await mountSmallDisk(DISK_BYTES)
  if ('notRun' in disk) throw new NotRunError(disk.notRun)
  try {
    if (disk.kind !== 'ext4') throw new NotRunError(`no file can be mounted as a disk here, and ${disk.kind} loses no power`)
    const world = await startWorld({ home: disk.folder, script: { outputTokens: 24 } })
    try {
      if (world.postgres !== undefined) throw new NotRunError('the embedded database is cut off here; your own server is not ours to lose')
      return await cutAll({ context, world, disk, random: seededRandom(context.seed) })
    } finally {
      await world.stop()
    }
  } finally {
    await disk.remove()
  }
}

type Run = { readonly context: CheckContext; readonly world: World; readonly disk: SmallDisk; readonly random: SeededRandom }

async function cutAll(run: Run): Promise<Measured> {
  const { context, world } = run
  const customers = await inParallel(Array.from({ length: CUSTOMERS }), 1, () => world.operator.customer(CREDIT))
  const saver = await world.operator.customer(PENNY)
  // What the check itself wrote, which is not the server's to keep.
  execFileSync('sync', ['-f', run.disk.folder])
  const rides: Ride[] = []
  const cutAt: number[] = []
  const backMs: number[] = []
  let credits: Credits = { answered: 1, asked: 1 }
  let lost = 0
  for (let index = 0; index < context.n; index += 1) {
    const round = await cutOnce(run, { customers, saver, credits })
    rides.push(...round.rides)
    cutAt.push(round.cutAt)
    backMs.push(round.backMs)
    credits = round.credits
    lost += round.lost
    context.progress(`cut ${index + 1}: back after ${Math.round(round.backMs)} ms, ${credits.answered} credits answered`)
  }
  const mayBeLost = ({ endedAt }: Ride): boolean => cutAt.some((at) => endedAt > at - WITNESS_MS && endedAt < at + WITNESS_MS)
  const audit = await auditBooks(context, { world, customers, credit: parseUsd(CREDIT) ?? 0n, rides, mayBeLost })
  context.expect(audit.full > 0 && credits.answered > 1, 'blind: nothing was answered between the cuts')
  return {
    n: context.n,
    measured: {
      ...{ credits_answered: credits.answered, credits_lost: lost, calls: rides.length, full: audit.full, usage_rows: audit.rows },
      ...{ lost_with_their_witnesses: audit.lost, back_ms_max: quantile(backMs, 1) },
    },
  }
}

/** How many credits were asked for, and how many of them were answered; all are of a penny. */
type Credits = { readonly answered: number; readonly asked: number }

type Before = { readonly customers: readonly Customer[]; readonly saver: Customer; readonly credits: Credits }

type Round = {
  readonly rides: readonly Ride[]
  readonly cutAt: number
  readonly backMs: number
  readonly credits: Credits
  readonly lost: number
}

async function cutOnce({ context, world, disk, random }: Run, { customers, saver, credits }: Before): Promise<Round> {
  const load = startLoad({ world, customers, loops: LOOPS, millisMax: 5_000 })
  const saving = startSaving(world, saver, credits)
  let cutAt = Number.POSITIVE_INFINITY
  let told = credits
  try {
    await sleep(CUT_MS_MIN + random.below(CUT_MS_SPREAD))
    writeFileSync(join(disk.folder, UNSYNCED), UNSYNCED)
    await disk.cut()
    cutAt = performance.now()
    await world.kill('all')
  } finally {
    told = await saving.stop()
    await load.stop()
  }
  await disk.again()
  context.expect(!holdsUnsynced(disk), 'blind: what was written without being synchronised is there after the cut')
  const began = performance.now()
  await world.start()
  const backMs = performance.now() - began
  const { available, held } = await world.operator.balance(saver.id)
  const pennies = Number((available + held) / (parseUsd(PENNY) ?? 1n))
  context.expect(pennies >= told.answered, `${told.answered} credits were answered and ${pennies} are there`)
  context.expect(pennies <= told.asked, `${told.asked} credits were asked for and ${pennies} are there`)
  // What was asked for and never answered may have come about; from here on what is there counts.
  return { rides: load.rides, cutAt, backMs, credits: { answered: pennies, asked: pennies }, lost: Math.max(0, told.answered - pennies) }
}

/** Whether the file is there that was written just before the cut, with what was written; its name alone can be. */
const holdsUnsynced = ({ folder }: SmallDisk): boolean => {
  const path = join(folder, UNSYNCED)
  return existsSync(path) && readFileSync(path, 'utf8') === UNSYNCED
}

/** Credits a penny, again and again, each after the answer to the one before. */
function startSaving(world: World, { id }: Customer, before: Credits): { readonly stop: () => Promise<Credits> } {
  let { answered, asked } = before
  let isOver = false
  const saving = (async (): Promise<void> => {
    while (!isOver) {
      asked += 1
      try {
        await world.operator.ask('POST', `/accounts/${id}/credits`, { amount: PENNY, reason: 'saved' })
        answered += 1
      } catch {
        // The power went in the middle of it; whether it came about is seen afterwards.
        return
      }
    }
  })()
  return {
    stop: async () => {
      isOver = true
      await saving
      return { answered, asked }
    },
  }
}
