import { Worker } from 'node:worker_threads'
import type { Measured, RunCheck } from '../../harness/index.ts'
import { CaseBoard } from './case-board.ts'
import { corpusOf, layAside } from './corpus.ts'
import type { Finding, ShiftOrder, ShiftReport } from './shift.ts'
import type { AnyTargetName, TargetName } from './targets/index.ts'
import type { ThreadNote, ThreadOrder } from './worker.ts'

/** What came of reading many inputs in a thread; no report: the thread did not get to the end. */
export type TargetRun = { readonly report: ShiftReport | undefined; readonly findings: readonly Finding[] }

/** A case may take so long, and a thread that is started anew for one. */
const CASE_MS_MAX = 1_000
const LOOK_MS = 100
const MEMORY_MB = 400
const INPUT_BYTES_MAX = 65_536
/** Different findings that are told of. */
const FINDINGS_MAX = 10
/** Branches are looked for with one case of so many, and these at most; before a merge there is no time for it. */
const GUIDED_PART = 10
const GUIDED_MAX = 60_000

/** SEC-15, one target: no input of any size makes it throw, hang or break a rule of its own; the corpus first, then `n` of what it counts. */
export const fuzzed =
  (name: TargetName): RunCheck =>
  async ({ n, seed, tier, fail, expect, progress }): Promise<Measured> => {
    const corpus = corpusOf(name)
    expect(corpus.length > 0, 'there is no corpus')
    const guided = tier === 'pr' ? 0 : Math.min(GUIDED_MAX, Math.floor(n / GUIDED_PART))
    const { report, findings } = await runTarget(name, { n, seed, guided, corpus }, progress)
    for (const { what, input } of findings)
      fail(`${what}; read it again: node checks/security/fuzz/read-again.ts ${name} ${layAside(name, input)}`)
    expect(report !== undefined || findings.length > 0, 'the thread ended before its time')
    const { kept = [], n: read = 0, ...figures } = report ?? {}
    return { n: read, measured: { seed, corpus: corpus.length, kept: kept.length, ...figures } }
  }

/** Has a thread read inputs, and watches it from outside. */
export async function runTarget(name: AnyTargetName, order: ShiftOrder, progress: (text: string) => void): Promise<TargetRun> {
  const findings = new Map<string, Finding>()
  const board = CaseBoard.of(INPUT_BYTES_MAX)
  const { promise: over, resolve: end } = Promise.withResolvers<ShiftReport | undefined>()
  const add = (finding: Finding): void => {
    if (!findings.has(kindOf(finding))) findings.set(kindOf(finding), finding)
    if (findings.size >= FINDINGS_MAX) end(undefined)
  }
  const worker = startThread({ target: name, memory: board.memory, order })
  worker.on('message', (note: ThreadNote) => {
    if (note.type === 'done') end(note.report)
    else add({ ...note.finding, input: Buffer.from(note.finding.input) })
  })
  worker.on('error', (thrown: Error) => {
    add({ what: `the thread died: ${thrown.message}`, isRule: false, input: board.input })
    end(undefined)
  })
  const watch = watchBoard(board, {
    stalled: async (input) => {
      if (!(await isHanging(name, input))) return
      add({ what: `a case takes more than ${CASE_MS_MAX} ms`, isRule: false, input })
      end(undefined)
    },
    told: (begun) => progress(`${name}: ${begun} cases`),
  })
  const report = await over
  clearInterval(watch)
  await worker.terminate()
  return { report, findings: [...findings.values()] }
}

const startThread = (workerData: ThreadOrder): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { workerData, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })

/** What failed, without what differs from case to case. */
const kindOf = ({ what }: Finding): string => what.replaceAll(/\d+/g, '0').slice(0, 300)

type Watching = { readonly stalled: (input: Buffer) => Promise<void>; readonly told: (begun: number) => void }

const TOLD_EVERY = 300

/** Looks at a board now and then; a case that is still the same after its time is told of once. */
function watchBoard(board: CaseBoard, { stalled, told }: Watching): NodeJS.Timeout {
  let [seen, looks, all] = [0, 0, 0]
  return setInterval(() => {
    const { begun } = board
    looks = begun === seen ? looks + 1 : 0
    seen = begun
    all += 1
    if (all % TOLD_EVERY === 0) told(begun)
    // A thread that has begun nothing is still being loaded.
    if (begun > 0 && looks === Math.ceil(CASE_MS_MAX / LOOK_MS)) void stalled(board.input)
  }, LOOK_MS)
}

/** Whether a case takes too long in a thread of its own too, twice: a machine that had no time for us is no fault of the target. */
async function isHanging(name: AnyTargetName, input: Buffer): Promise<boolean> {
  for (let round = 0; round < 2; round += 1) if (!(await isSlowAlone(name, input))) return false
  return true
}

async function isSlowAlone(name: AnyTargetName, input: Buffer): Promise<boolean> {
  const board = CaseBoard.of(INPUT_BYTES_MAX)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const worker = startThread({ target: name, memory: board.memory, order: { n: 0, seed: 0, guided: 0, corpus: [input] } })
  worker.on('message', ({ type }: ThreadNote) => (type === 'done' ? resolve(false) : undefined))
  worker.on('error', () => resolve(true))
  const watch = watchBoard(board, { stalled: async () => resolve(true), told: () => undefined })
  const isSlow = await promise
  clearInterval(watch)
  await worker.terminate()
  return isSlow
}
