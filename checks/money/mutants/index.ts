/** MON-01m: defects are built into copies of the money, and each has to be found by a test or check that is named for it. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../../sim/index.ts'
import { startTestServer, stopTestServer } from '../../../src/db/testing.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { copyTree, type MutatedTree } from '../../privacy/mutated-tree.ts'
import { BOOK_MUTANTS } from './books.ts'
import { DEPOSIT_MUTANTS } from './deposits.ts'
import type { Detector, MoneyMutant } from './mutant.ts'
import { PLAN_MUTANTS } from './plans.ts'
import { PRICE_MUTANTS } from './prices.ts'
import { nameOf, runDetector } from './run.ts'
import { STRIPE_MUTANTS } from './stripe.ts'

const AT_ONCE = 2

/** Every mutant. */
export const MONEY_MUTANTS: readonly MoneyMutant[] = [
  ...PRICE_MUTANTS,
  ...BOOK_MUTANTS,
  ...DEPOSIT_MUTANTS,
  ...PLAN_MUTANTS,
  ...STRIPE_MUTANTS,
]

/** MON-01m: of all mutants, or of as many as are asked for, drawn by the seed, each is caught; the tree as it is, is not. */
export async function moneyMutants(context: CheckContext): Promise<Measured> {
  const mutants = drawMutants(context)
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
    measured: { mutants: mutants.length, of: MONEY_MUTANTS.length, caught: caught.length, detectors: detectors.length },
  }
}

/** As many mutants as `n` says, in an order of the seed. */
function drawMutants({ n, seed }: CheckContext): readonly MoneyMutant[] {
  const random = seededRandom(seed)
  return MONEY_MUTANTS.map((mutant) => ({ mutant, at: random.next() }))
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

async function isCaught(context: CheckContext, { tree, mutant, server }: Trying & { readonly mutant: MoneyMutant }): Promise<boolean> {
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
function fileOf({ directory }: MutatedTree, { folder, find }: MoneyMutant): string {
  const files = globSync(`${folder}/**/*.{ts,sql}`, { cwd: directory }).filter(
    (file) => !file.endsWith('.test.ts') && readFileSync(join(directory, file), 'utf8').includes(find),
  )
  const [file] = files
  if (file === undefined || files.length > 1) throw new Error(`${files.length} files of ${folder} hold: ${find.trim()}`)
  return file
}
