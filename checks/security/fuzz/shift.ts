import { seededRandom } from '../../../sim/index.ts'
import { Branches } from './branches.ts'
import type { CaseBoard } from './case-board.ts'
import { mutated } from './mutate.ts'
import { BrokenRule, type FuzzTarget } from './target.ts'

/** A case that went wrong, by what it was. */
export type Finding = { readonly what: string; readonly isRule: boolean; readonly input: Buffer }

/** What a thread is asked for: `n` by what the target counts, or `cases` if that is less; `guided`: as many cases look for branches first. */
export type ShiftOrder = {
  readonly n: number
  readonly cases?: number
  readonly seed: number
  readonly guided: number
  /** What runs first, and what others are made of. */
  readonly corpus: readonly Buffer[]
}

/** What came of it; `kept`: inputs that led where none before did, without the corpus; `characters`: of source in blocks that were run. */
export type ShiftReport = {
  readonly n: number
  readonly cases: number
  readonly kept: readonly Buffer[]
  readonly charactersOfCorpus: number
  readonly characters: number
}

/** Reads one input after the other; `found` is told of what went wrong. */
export type ShiftPlace = { readonly target: FuzzTarget; readonly board: CaseBoard; readonly found: (finding: Finding) => void }

const BATCH_MAX = 256
const POOL_MAX = 4_000
/** One of so many inputs is made from nothing. */
const NEW_ONE_IN = 4

/** Runs the corpus, then as many new inputs as were asked for, of which the first are kept as parents of others where they lead to new branches. */
export async function workShift(place: ShiftPlace, { n, seed, guided, corpus, cases: casesMax = n }: ShiftOrder): Promise<ShiftReport> {
  const { target } = place
  const random = seededRandom(seed)
  const pool = [...corpus]
  const next = (): Buffer =>
    pool.length === 0 || random.below(NEW_ONE_IN) === 0 ? target.make(random).subarray(0, target.bytesMax) : mutated(target, pool, random)
  const branches = guided > 0 ? new Branches(SOURCES) : undefined
  let [done, cases] = [0, 0]
  const readAll = async (inputs: readonly Buffer[]): Promise<number> => {
    let sum = 0
    for (const input of inputs) sum += await readOne(place, input)
    return sum
  }
  done += await readAll(corpus)
  branches?.look(true)
  const charactersOfCorpus = branches?.characters ?? 0
  // Looking takes longer than reading: the less there is to be found, the more inputs go before one look.
  for (let size = 1; done < n && cases < guided && branches !== undefined; ) {
    const batch = Array.from({ length: size }, next)
    done += await readAll(batch)
    cases += size
    const isNew = branches.look(false)
    if (isNew) pool.push(...(await leadingOn(batch, { readAll, branches })))
    size = isNew ? Math.max(1, size >> 1) : Math.min(BATCH_MAX, 2 * size)
    while (pool.length > POOL_MAX) pool.splice(random.below(pool.length), 1)
  }
  const characters = branches?.characters ?? 0
  branches?.stop()
  for (; done < n && cases < casesMax; cases += 1) done += await readOne(place, next())
  return { n: done, cases: cases + corpus.length, kept: pool.slice(corpus.length), charactersOfCorpus, characters }
}

/** Farebox itself, and the fault that takes four steps to reach. */
const SOURCES = ['../../../src/', './targets/planted.ts'].map((path) => new URL(path, import.meta.url).href)

async function readOne({ target, board, found }: ShiftPlace, input: Buffer): Promise<number> {
  board.begin(input)
  try {
    const read = target.read(input)
    return typeof read === 'number' ? read : await read
  } catch (thrown) {
    const isRule = thrown instanceof BrokenRule
    found({ what: thrown instanceof Error ? (isRule ? thrown.message : (thrown.stack ?? thrown.message)) : String(thrown), isRule, input })
    return 1
  }
}

type Looking = { readonly readAll: (inputs: readonly Buffer[]) => Promise<number>; readonly branches: Branches }

/** Those inputs of a batch that lead on, each after the ones before it; found by halves. */
async function leadingOn(inputs: readonly Buffer[], looking: Looking): Promise<readonly Buffer[]> {
  await looking.readAll(inputs)
  if (inputs.length === 1) return looking.branches.look(true) ? inputs : []
  if (!looking.branches.look(false)) return []
  const half = inputs.length >> 1
  return [...(await leadingOn(inputs.slice(0, half), looking)), ...(await leadingOn(inputs.slice(half), looking))]
}
