import { z } from 'zod'
import { type Clause, checksOf } from './clause.ts'
import { CLAUSES } from './clauses.ts'

/** What a clause's checks say of it now: they all pass; one failed; or one has no result that counts. */
export const CLAUSE_STATES = ['shown', 'red', 'not run'] as const
export type ClauseState = (typeof CLAUSE_STATES)[number]

/** A line of results.jsonl as far as it is looked at; other fields are left alone. */
const resultLine = z.object({
  id: z.string().max(64),
  n: z.number(),
  failures: z.number(),
  seed: z.number(),
  notRun: z.string().max(400).optional(),
  on: z.string().max(64).optional(),
  tier: z.string().max(16),
  commit: z.string().max(64),
  at: z.iso.datetime(),
  measured: z.record(z.string(), z.union([z.number(), z.string().max(200), z.boolean()])),
})

/** The last run of a check: what it ran for, how often it failed, when and on which commit. */
export type CheckResult = z.output<typeof resultLine>

/** Results older than this many days show nothing any more. */
export const RESULT_DAYS = 180
const DAY_MS = 86_400_000

/** The last result of each check on each kind of server, by check; lines that are no results are passed over. */
export function readResults(texts: readonly string[]): ReadonlyMap<string, readonly CheckResult[]> {
  const last = new Map<string, CheckResult>()
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const result = parse(line)
    if (result === undefined) continue
    const place = `${result.id} ${result.on ?? ''}`
    const before = last.get(place)
    if (before === undefined || before.at <= result.at) last.set(place, result)
  }
  return Map.groupBy(last.values(), ({ id }) => id)
}

function parse(line: string): CheckResult | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const checked = resultLine.safeParse(JSON.parse(line))
    return checked.success ? checked.data : undefined
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

/** A check of a clause: its state, with its last results. */
export type ProvenCheck = { readonly id: string; readonly state: ClauseState; readonly results: readonly CheckResult[] }

/** A clause with what shows it. */
export type ProvenClause = { readonly clause: Clause; readonly state: ClauseState; readonly checks: readonly ProvenCheck[] }

/** Every clause with its state by the last results; a failure on any kind of server is red, and a stale or missing result is none. */
export function proveClauses(results: ReadonlyMap<string, readonly CheckResult[]>, now: number): readonly ProvenClause[] {
  return CLAUSES.map((clause) => {
    const checks = checksOf(clause, CLAUSES).map((id) => proveCheck(id, results.get(id) ?? [], now))
    return { clause, checks, state: worstOf(checks.map(({ state }) => state)) }
  })
}

function proveCheck(id: string, results: readonly CheckResult[], now: number): ProvenCheck {
  return { id, results, state: results.length === 0 ? 'not run' : worstOf(results.map((result) => stateOf(result, now))) }
}

function stateOf({ failures, notRun, at, n }: CheckResult, now: number): ClauseState {
  if (failures > 0) return 'red'
  return notRun !== undefined || n < 1 || now - Date.parse(at) > RESULT_DAYS * DAY_MS ? 'not run' : 'shown'
}

const worstOf = (states: readonly ClauseState[]): ClauseState =>
  states.includes('red') ? 'red' : states.includes('not run') ? 'not run' : 'shown'
