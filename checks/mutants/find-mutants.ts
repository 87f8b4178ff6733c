import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../sim/index.ts'
import { startTestServer, stopTestServer } from '../../src/db/testing.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { copyTree, type MutatedTree } from '../privacy/mutated-tree.ts'
import type { Detector, Mutant } from './mutant.ts'
import { nameOf, runDetector } from './run.ts'

const AT_ONCE = 2

/** Of all mutants, or of as many as are asked for, drawn by the seed, each is found by its detector; the tree as it is, is not. */
export async function findMutants(context: CheckContext, all: readonly Mutant[]): Promise<Measured> {
  const mutants = drawMutants(context, all)
  const detectors = [...new Map(mutants.map(({ by }) => [nameOf(by), by])).values()]
  const server = await startTestServer()
  const caught: string[] = []
  try {
    await inTrees(detectors, (tree, by) => expectClean(context, { tree, by, server }))
    await inTrees(mutants, async (tree, mutant) => {
      if (await isCaught(context, { tree, mutant, server })) caught.push(mutant.id)
    })
  } finally {
    await stopTestServer()
  }
  return {
    n: mutants.length,
    measured: { mutants: mutants.length, of: all.length, caught: caught.length, detectors: detectors.length },
  }
}

/** The ids of mutants whose text is not in exactly one file of their folder: they would prove nothing. */
export const lostMutants = (mutants: readonly Mutant[], directory = '.'): readonly string[] =>
  mutants.filter((mutant) => filesOf(directory, mutant).length !== 1).map(({ id }) => id)

/** As many mutants as `n` says, in an order of the seed. */
function drawMutants({ n, seed }: CheckContext, all: readonly Mutant[]): readonly Mutant[] {
  const random = seededRandom(seed)
  return all
    .map((mutant) => ({ mutant, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, n)
    .map(({ mutant }) => mutant)
}

/** Works through items in as many copies of the tree as run at once. */
async function inTrees<Item>(items: readonly Item[], work: (tree: MutatedTree, item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const lane = async (): Promise<void> => {
    const tree = copyTree()
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(tree, next)
    } finally {
      tree.remove()
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane))
}

type Trying = { readonly tree: MutatedTree; readonly server: string }

async function expectClean(context: CheckContext, { tree, by, server }: Trying & { readonly by: Detector }): Promise<void> {
  const { isClean, failed, seconds } = await runDetector({ directory: tree.directory, server }, by)
  context.expect(isClean, `${nameOf(by)} fails without a mutant: ${failed}`)
  context.progress(`unchanged: ${nameOf(by)} ${isClean ? 'finds nothing' : 'fails'} (${seconds} s)`)
}

async function isCaught(context: CheckContext, { tree, mutant, server }: Trying & { readonly mutant: Mutant }): Promise<boolean> {
  const { id, does, by } = mutant
  try {
    tree.apply([{ file: fileOf(tree, mutant), find: mutant.find, replace: mutant.replace }])
    const { isClean, failed, seconds } = await runDetector({ directory: tree.directory, server }, by)
    context.progress(`${id}: ${isClean ? 'SURVIVED' : `caught by ${nameOf(by)}: ${failed}`} (${seconds} s)`)
    return context.expect(!isClean, `${id} (${does}) survived ${nameOf(by)}`)
  } catch (thrown) {
    context.fail(`${id} (${does}): ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    return false
  } finally {
    tree.restore()
  }
}

/** The one file of the mutant's folder that holds its text. */
function fileOf({ directory }: MutatedTree, mutant: Mutant): string {
  const files = filesOf(directory, mutant)
  const [file] = files
  if (file === undefined || files.length > 1) throw new Error(`${files.length} files of ${mutant.folder} hold: ${mutant.find.trim()}`)
  return file
}

const filesOf = (directory: string, { folder, find }: Mutant): readonly string[] =>
  globSync(`${folder}/**/*.{ts,sql}`, { cwd: directory }).filter(
    (file) => !file.endsWith('.test.ts') && readFileSync(join(directory, file), 'utf8').includes(find),
  )
