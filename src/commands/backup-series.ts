import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FailureError, failure } from '../failures.ts'
import { errorCode } from '../lib/index.ts'

/** Backups that are made again and again, named by when: the folder of those of the database, the one of those of the keys, and for how many days. */
export type BackupSeries = { readonly into: string; readonly keysInto: string; readonly keepDays: number }

const DAY_MS = 86_400_000
/** Keys of people who are erased meanwhile are in none that is older than seven days; a series that stops for some hours stays below that. */
const KEYS_DAYS = 6

/** The names that a backup of a moment (milliseconds) has in its series. */
export function namesAt({ into, keysInto }: BackupSeries, at: number): { readonly file: string; readonly keys: string } {
  const stamp = `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  return { file: join(into, `farebox-${stamp}.backup`), keys: join(keysInto, `farebox-${stamp}.keys`) }
}

/** Makes the folders of a series, for their owner's eyes alone. Fails with file_unwritable. */
export async function makeFolders({ into, keysInto }: BackupSeries): Promise<void> {
  for (const path of [into, keysInto])
    await mkdir(path, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
      throw new FailureError(failure('file_unwritable', { path, problem: errorCode(thrown) }), thrown)
    })
}

/**
 * Ends the turn of a series: beside the keys lies who was erased, which names nobody, and what is not kept goes: of each UTC day but the last 24 hours all but its
 * last backup, and all that are older than the days. Resolves with how many files went.
 */
export async function endTurn(series: BackupSeries, { dataDir, now }: { readonly dataDir: string; readonly now: number }): Promise<number> {
  await copyErasures(dataDir, series.keysInto)
  const gone = [
    ...(await namesIn(series.into, 'backup', { now, days: series.keepDays })),
    ...(await namesIn(series.keysInto, 'keys', { now, days: Math.min(series.keepDays, KEYS_DAYS) })),
  ]
  for (const path of gone) await rm(path, { force: true })
  return gone.length
}

type Keeping = { readonly now: number; readonly days: number }

async function namesIn(folder: string, kind: 'backup' | 'keys', keeping: Keeping): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(`.${kind}`))
  return notKept(names, keeping).map((name) => join(folder, name))
}

/** Names of a series that are not kept at a moment; what is named otherwise is nobody's to remove. */
export function notKept(names: readonly string[], { now, days }: Keeping): readonly string[] {
  const made = names.flatMap((name) => {
    const at = madeAt(name)
    return at === undefined ? [] : [{ name, at, day: Math.floor(at / DAY_MS) }]
  })
  const lastOf = new Map<number, number>()
  for (const { at, day } of made) lastOf.set(day, Math.max(at, lastOf.get(day) ?? at))
  return made.filter(({ at, day }) => now - at > days * DAY_MS || (now - at > DAY_MS && at !== lastOf.get(day))).map(({ name }) => name)
}

function madeAt(name: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^farebox-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.\w+$/.exec(name) ?? []
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? undefined : at
}

async function copyErasures(dataDir: string, keysInto: string): Promise<void> {
  const [to, part] = [join(keysInto, 'erasures'), join(keysInto, 'erasures.part')]
  try {
    await copyFile(join(dataDir, 'erasures'), part)
    await rename(part, to)
  } catch (thrown) {
    // Nobody was erased yet.
    if (errorCode(thrown) !== 'ENOENT') throw new FailureError(failure('file_unwritable', { path: to, problem: errorCode(thrown) }), thrown)
  }
}
