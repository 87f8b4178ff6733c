import type { PolicyChange } from './change.ts'
import { compilePolicy, topicOf, type Withheld } from './compile.ts'
import type { PolicyFacts } from './facts.ts'
import type { ProvenClause } from './proof.ts'
import type { PolicyVersion } from './versions.ts'

/** A sentence that appears, goes, or stays out for another reason than before, with its clauses and why. */
export type Move = Pick<Withheld, 'statement' | 'topic' | 'clauses' | 'why' | 'whyZh'> & {
  readonly how: 'appears' | 'vanishes' | 'stays out'
}

/** What publishing would do: the version that it would make, undefined where none, what changes by line, and which sentences come and go. */
export type OwnPreview = {
  readonly version: PolicyVersion | undefined
  readonly changes: readonly PolicyChange[]
  readonly moves: readonly Move[]
}

type Side = { readonly comingFacts: PolicyFacts; readonly proven: readonly ProvenClause[] }

/** Which sentences that carry clauses are printed on one side and not on the other, and why they are not. */
export function movesBetween(now: Side, then: Side): readonly Move[] {
  const [before, after] = [now, then].map(({ comingFacts, proven }) => sidesOf(comingFacts, proven))
  if (before === undefined || after === undefined) return []
  const ids = new Set([...before.printed.keys(), ...after.printed.keys(), ...after.withheld.keys()])
  return [...ids].flatMap((id) => moveOf(id, before, after))
}

type Sides = { readonly printed: ReadonlyMap<string, readonly string[]>; readonly withheld: ReadonlyMap<string, Withheld> }

function sidesOf(facts: PolicyFacts, proven: readonly ProvenClause[]): Sides {
  const { sections, withheld } = compilePolicy(facts, proven)
  return {
    printed: new Map(sections.flatMap(({ sentences }) => sentences.map(({ statement, clauses }) => [statement, clauses] as const))),
    withheld: new Map(withheld.map((one) => [one.statement, one])),
  }
}

function moveOf(id: string, before: Sides, after: Sides): readonly Move[] {
  const [was, is] = [before.withheld.get(id), after.withheld.get(id)]
  const clauses = after.printed.get(id) ?? before.printed.get(id) ?? is?.clauses ?? []
  if (clauses.length === 0) return []
  const about = { statement: id, topic: topicOf(id), clauses }
  const reason = ({ why, whyZh }: Withheld) => ({ why, whyZh })
  if (after.printed.has(id)) return was === undefined ? [] : [{ ...about, how: 'appears', ...reason(was) }]
  if (is === undefined) return []
  if (before.printed.has(id)) return [{ ...about, how: 'vanishes', ...reason(is) }]
  return was === undefined || was.why === is.why ? [] : [{ ...about, how: 'stays out', ...reason(is) }]
}
