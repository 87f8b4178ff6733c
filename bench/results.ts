import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canPin } from './child-process.ts'
import type { Options } from './options.ts'
import type { ProxyName } from './proxies/index.ts'
import type { Result, ScenarioName } from './scenarios.ts'

const FOLDER = fileURLToPath(new URL('./results/', import.meta.url))

/** One session: the machine, what ran and what did not. `run` is its start in ISO 8601 UTC. */
export type RunHeader = {
  readonly type: 'run'
  readonly run: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryMegabytes: number; readonly isPinned: boolean }
  readonly node: string
  readonly quick: boolean
  readonly rounds: number
  readonly only: readonly ScenarioName[]
  readonly versions: Readonly<Record<string, string>>
  readonly notRun: Readonly<Record<string, string>>
}

/** One measurement; round 0 is what is measured once, before the rounds. */
export type Measurement = Result & {
  readonly type: 'measurement'
  readonly run: string
  readonly round: number
  readonly scenario: ScenarioName
  readonly proxy: ProxyName
}

/** A session with all its measurements. */
export type Session = { readonly header: RunHeader; readonly measurements: readonly Measurement[] }

/** The header of a session that begins now on this machine. */
export function headerOf(options: Options, proxies: Pick<RunHeader, 'versions' | 'notRun'>): RunHeader {
  const list = cpus()
  return {
    type: 'run',
    run: new Date().toISOString(),
    machine: {
      cpu: list[0]?.model.trim() ?? 'unknown',
      cores: list.length,
      memoryMegabytes: Math.round(totalmem() / 1e6),
      isPinned: canPin(),
    },
    node: process.version,
    quick: options.quick,
    rounds: options.rounds,
    only: options.only,
    ...proxies,
  }
}

/** Adds one line to the file of the session's date. */
export function writeLine(line: RunHeader | Measurement): void {
  mkdirSync(FOLDER, { recursive: true })
  appendFileSync(join(FOLDER, `${line.run.slice(0, 10)}.json`), `${JSON.stringify(line)}\n`)
}

/** The latest session that `isWanted` takes, or undefined. */
export function latestSession(isWanted: (header: RunHeader) => boolean): Session | undefined {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : []
  for (const file of files.sort().reverse()) {
    const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n').filter(Boolean)
    const session = lastOf(lines.map(parseLine), isWanted)
    if (session !== undefined) return session
  }
  return undefined
}

/** The last session among these lines that is wanted. */
export function lastOf(lines: readonly (RunHeader | Measurement)[], isWanted: (header: RunHeader) => boolean): Session | undefined {
  const header = lines.filter((line) => line.type === 'run').findLast(isWanted)
  if (header === undefined) return undefined
  return { header, measurements: lines.filter((line) => line.type === 'measurement').filter((line) => line.run === header.run) }
}

// The lines are our own, so that only their kind is looked at.
function parseLine(text: string): RunHeader | Measurement {
  const line = JSON.parse(text) as RunHeader | Measurement
  if (line.type !== 'run' && line.type !== 'measurement') throw new Error('a line of bench/results is neither a run nor a measurement')
  return line
}
