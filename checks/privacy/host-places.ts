import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { World } from '../world.ts'
import { dumpDatabase } from './dump.ts'
import type { PlaceSearch } from './places.ts'

/** What a running server shows: its processes and their files, its metrics, its answers to operators and customers, its tables, its log. */
export async function searchLive(world: World, search: PlaceSearch, customerKey: string): Promise<void> {
  for (const { pid } of world.processes()) search.process(pid)
  const operator = { authorization: `Bearer ${world.operatorToken}` }
  for (const path of OPERATOR_PATHS) await searchAnswer(search, world.operatorBase + path, operator)
  for (const path of CUSTOMER_PATHS) await searchAnswer(search, world.base + path, { authorization: `Bearer ${customerKey}` })
  const accounts = (await world.operator.ask('GET', '/accounts?limit=200')) as { readonly data: readonly { readonly id: string }[] }
  for (const { id } of accounts.data) {
    search.text('usage rows', JSON.stringify(await world.operator.usage(id)))
    for (const noun of ['', '/keys', '/transfers'])
      await searchAnswer(search, `${world.operatorBase}/operator/v1/accounts/${id}${noun}`, operator)
  }
  for (const { name, text } of await dumpDatabase(world.connection())) search.text(`table ${name}`, text)
  search.text('kernel log', kernelLog())
}

const OPERATOR_PATHS = [
  '/metrics',
  '/healthz',
  '/readyz',
  '/operator/v1/accounts?limit=200',
  '/operator/v1/models',
  '/operator/v1/upstreams',
  '/operator/v1/ledger/verify',
  '/operator/v1/openapi.json',
] as const

const CUSTOMER_PATHS = ['/', '/healthz', '/readyz', '/v1/models', '/v1/usage?limit=200', '/v1/balance', '/v1/prices'] as const

async function searchAnswer(search: PlaceSearch, url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) })
  search.text(`headers of ${url}`, JSON.stringify([...answer.headers]))
  search.text(url, Buffer.from(await answer.arrayBuffer()))
}

function kernelLog(): string {
  try {
    return execFileSync('dmesg', { encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    // No such program, or no right to it: told as a place that is not here.
    return ''
  }
}

/** Where a process leaves what it does not know where to put; its working directory is the checkout. */
const TEMPORARY = ['/tmp', '/var/tmp', '/var/crash', '/var/lib/systemd/coredump', '/dev/shm', tmpdir(), process.cwd()]

/** Where the programs of this account keep caches and the last words of what died. */
const HOME = ['.npm', '.cache', '.local', '.node_repl_history', '.config'].map((name) => join(homedir(), name))

export type FileSearch = { readonly search: PlaceSearch; readonly startedAt: number; readonly plantedFolder: string }

/** Every file of the server, as its bytes lie on the disk, and every file that was written since the start where programs leave things. */
export function searchFiles(world: World, { search, startedAt, plantedFolder }: FileSearch): void {
  search.folder(world.directory)
  const isNew = (path: string, stats: Stats): boolean => {
    // The databases of other tests that run at the same time are not this server's.
    if (path === world.directory || /\/(?:farebox-(?:test|world|mutant)-[^/]*|node_modules|\.git)$/.test(path)) return false
    return stats.isDirectory() || stats.mtimeMs >= startedAt
  }
  for (const folder of new Set([...TEMPORARY, ...HOME])) search.folder(folder, isNew)
  for (const file of newIn(homedir(), startedAt)) search.file(file)
  search.folder(plantedFolder)
}

/** Files of a folder itself that were written since. */
function newIn(folder: string, startedAt: number): readonly string[] {
  const paths = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  return paths.filter((path) => {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    return stats?.isFile() === true && stats.mtimeMs >= startedAt
  })
}

/** Places of the catalogue that this host or this product does not have, so that nothing was looked for there. */
export function placesNotHere(): readonly string[] {
  const hasSwap = existsSync('/proc/swaps') && readFileSync('/proc/swaps', 'utf8').trim().split('\n').length > 1
  return [
    ...(existsSync('/run/systemd/journal') ? [] : ['journald']),
    ...(kernelLog() === '' ? ['kernel log'] : []),
    ...(hasSwap ? ['swap devices (not readable here)'] : ['swap devices']),
    'pg_waldump (the WAL is read as bytes)',
    ...['Redis', 'mail', 'webhooks', 'payment requests', 'traces', 'overlay file systems', 'bundled reverse proxy'],
  ]
}
