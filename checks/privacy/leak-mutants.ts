import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CheckContext, CheckLine, Measured } from '../harness/index.ts'
import type { LeakMutant } from './mutant-edits.ts'
import { LEAK_MUTANTS } from './mutants.ts'
import { copyTree, type MutatedTree } from './mutated-tree.ts'

const CALLS = 140
const AT_ONCE = 2
const RUN_MS_MAX = 300_000

/** PRV-01m: PRV-01, run on copies of the product into which a leak was built, sees every one of them; and none where there is none. */
export async function leakMutants(context: CheckContext): Promise<Measured> {
  const mutants = sampleOf(LEAK_MUTANTS, context.n)
  const waiting: LeakMutant[] = [{ id: 'unchanged', does: 'nothing', edits: [] }, ...mutants]
  let detected = 0
  const work = async (): Promise<void> => {
    const tree = copyTree()
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const verdict = await tryMutant(tree, next)
        context.progress(`${next.id}: ${verdict.told}`)
        const isRight = next.id === 'unchanged' ? verdict.isClean : verdict.isDetected
        if (context.expect(isRight, `${next.id} (${next.does}): ${verdict.told}`) && next.id !== 'unchanged') detected += 1
      }
    } finally {
      tree.remove()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { n: mutants.length, measured: { mutants: mutants.length, detected, callsEach: CALLS } }
}

type Verdict = { readonly isDetected: boolean; readonly isClean: boolean; readonly told: string }

const DAY_MS = 86_400_000

/** As many of a list as are wanted, others each day, so that all have their turn. */
function sampleOf<Item>(items: readonly Item[], count: number): readonly Item[] {
  const first = (Math.floor(Date.now() / DAY_MS) * count) % items.length
  return Array.from({ length: Math.min(count, items.length) }, (_, index) => items[(first + index) % items.length] as Item)
}

/** Tries one mutant in a tree. */
export async function tryMutant(tree: MutatedTree, mutant: LeakMutant): Promise<Verdict> {
  try {
    tree.apply(mutant.edits)
    return verdictOf(await proveIn(tree.directory))
  } catch (thrown) {
    return { isDetected: false, isClean: false, told: thrown instanceof Error ? thrown.message : String(thrown) }
  } finally {
    tree.restore()
    for (const path of mutant.leaves ?? []) rmSync(resolve(tree.directory, path), { force: true })
  }
}

/** A leak counts when the search names it; a server that merely broke is no detection. */
function verdictOf({ first = [], failures }: CheckLine): Verdict {
  const leak = first.find((what) => what.startsWith('leak: '))
  return {
    isDetected: leak !== undefined,
    isClean: failures === 0,
    told: leak ?? (failures === 0 ? 'clean' : first.join('; ').slice(0, 300)),
  }
}

/** Runs PRV-01 of a tree, with `calls` calls, and reads the line it prints. */
export function proveIn(directory: string, calls = CALLS): Promise<CheckLine> {
  return new Promise((resolve, reject) => {
    const args = ['src/main.ts', 'prove', 'PRV-01', '--n', String(calls), '--json']
    const child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS_MAX)
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      const line = output.split('\n').find((text) => text.startsWith('{"id":"PRV-01"'))
      if (line === undefined) reject(new Error(`no result: ${output.slice(-600)}`))
      else resolve(JSON.parse(line) as CheckLine)
    })
  })
}
