import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, type CheckContext, type Figure, NotRunError, TIERS, type Tier } from './check.ts'

/** What is asked of a run: `n` and `seed` have defaults. */
export type RunOptions = {
  readonly tier: Tier
  readonly n?: number
  readonly seed?: number
  /** What the run is on, such as a kind of database server; told in its line. */
  readonly on?: string
  readonly progress: (text: string) => void
}

/** One line of results.jsonl: `failures` counts, `first` shows some of them; `notRun` is the reason of a check that could not run. */
export type CheckLine = {
  readonly id: string
  readonly n: number
  readonly failures: number
  readonly seed: number
  readonly measured: Readonly<Record<string, Figure>>
  readonly first?: readonly string[]
  readonly notRun?: string
  readonly on?: string
  readonly tier: Tier
  readonly commit: string
  readonly at: string
  readonly seconds: number
}

const SHOWN_MAX = 20
/** Readers of results pass over a line whose figure is a longer text, or whose reason is longer, as over no result. */
const FIGURE_CHARACTERS = 200
const REASON_CHARACTERS = 400
const SEED_DEFAULT = 1

/** Runs a check and tells its line; a check that breaks is one failure. Never rejects. */
export async function runCheck(check: Check, options: RunOptions): Promise<CheckLine> {
  const shown: string[] = []
  let failures = 0
  const fail = (what: string): void => {
    failures += 1
    if (shown.length < SHOWN_MAX) shown.push(what)
  }
  const context: CheckContext = {
    n: options.n ?? sizeOf(check, options.tier),
    seed: options.seed ?? SEED_DEFAULT,
    tier: options.tier,
    progress: options.progress,
    fail,
    expect: (holds, what) => {
      if (!holds) fail(what)
      return holds
    },
  }
  const began = performance.now()
  const { n, measured, notRun } = await attempt(check, context)
  for (const [name, figure] of Object.entries(measured)) {
    context.expect(
      String(figure).length <= FIGURE_CHARACTERS,
      `${name} is told with more than ${FIGURE_CHARACTERS} characters, which no reader takes`,
    )
  }
  return {
    ...{ id: check.id, n, failures, seed: context.seed, measured },
    ...(shown.length > 0 ? { first: shown } : {}),
    ...(notRun === undefined ? {} : { notRun: notRun.slice(0, REASON_CHARACTERS) }),
    ...(options.on === undefined ? {} : { on: options.on }),
    ...{ tier: options.tier, commit: commitName(), at: new Date().toISOString() },
    seconds: Math.round((performance.now() - began) / 100) / 10,
  }
}

/** `n` of a tier; for a check that this tier leaves out, that of the next one that has it. */
const sizeOf = (check: Check, tier: Tier): number => {
  const sizes = TIERS.slice(TIERS.indexOf(tier)).map((name) => check.sizes[name])
  return sizes.find((size) => size > 0) ?? 1
}

type Attempt = { readonly n: number; readonly measured: Readonly<Record<string, Figure>>; readonly notRun?: string }

async function attempt(check: Check, context: CheckContext): Promise<Attempt> {
  try {
    const run = await check.load()
    return await run(context)
  } catch (thrown) {
    if (thrown instanceof NotRunError) return { n: 0, measured: {}, notRun: thrown.message }
    context.fail(`the check broke: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`)
    return { n: context.n, measured: {} }
  }
}

let commit: string | undefined

/** The commit that is checked out, with a "+" when files differ from it; "unknown" outside a repository. */
export function commitName(): string {
  if (commit === undefined) {
    try {
      const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      commit = git('rev-parse', '--short', 'HEAD').trim() + (git('status', '--porcelain').trim() === '' ? '' : '+')
    } catch {
      // Not a repository, or no git: the result stands without the name of a commit.
      commit = 'unknown'
    }
  }
  return commit
}

/** Where `farebox prove` keeps its results, in the folder that it is run in. */
export const PROOF_DIRECTORY = 'proof'

/** Adds a line to results.jsonl of a folder, which is made when it is not there. */
export function keepResult(directory: string, line: CheckLine): void {
  mkdirSync(directory, { recursive: true })
  appendFileSync(join(directory, 'results.jsonl'), `${JSON.stringify(line)}\n`)
}

/** How a run of checks ended. */
export type Ended = 'passed' | 'failed' | 'not run'

/** How a check ended. */
export const endedAs = (line: CheckLine): Ended => (line.notRun !== undefined ? 'not run' : line.failures === 0 ? 'passed' : 'failed')
