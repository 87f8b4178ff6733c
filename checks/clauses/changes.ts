import { type Comparable, claimsOf, diffPolicies, isSignificant, type PolicyChange } from '../../src/privacy/index.ts'
import type { CheckContext } from '../harness/index.ts'
import { factsOf } from './facts.ts'

const NORTH = { name: 'north', host: 'north.test', country: 'US', retention: '30 days' } as const

/** What a version claims now, as differences start from it. */
export const versionNow = (): Comparable => ({ claims: claimsOf(factsOf('strict')), recipients: ['north'], providers: [NORTH] })

type Trial = {
  readonly name: string
  readonly change: (version: Comparable) => Comparable
  readonly kinds: readonly PolicyChange['kind'][]
  readonly isHeavy: boolean
}

type Claim = Comparable['claims'][number]

const editing =
  (statement: string, edit: (claim: Claim) => Claim | undefined) =>
  (version: Comparable): Comparable => ({
    ...version,
    claims: version.claims.flatMap((claim) => (claim.statement === statement ? (edit(claim) ?? []) : claim)),
  })

const adding =
  (claim: Claim) =>
  (version: Comparable): Comparable => ({ ...version, claims: [...version.claims, claim] })

const measuring = (statement: string, by: number) =>
  editing(statement, (claim) => ({ ...claim, text: `${claim.text} Changed.`, measure: (claim.measure ?? 0) + by }))

const recipients =
  (...names: readonly string[]) =>
  (version: Comparable): Comparable => ({ ...version, recipients: names })

const labelled =
  (label: object) =>
  (version: Comparable): Comparable => ({ ...version, providers: [{ ...NORTH, ...label }] })

const reworded = (claim: Claim): Claim => ({ ...claim, text: `${claim.text} Or so.` })
const planted = (kind: Claim['kind']): Claim => ({ statement: 'planted', kind, text: 'We do this too.', clauses: ['S4.2'] })

/** Ways in which a version can differ from the one before, and what each is. */
export const CHANGE_TRIALS: readonly Trial[] = [
  { name: 'nothing', change: (version) => version, kinds: [], isHeavy: false },
  { name: 'a promise dropped', change: editing('not-stored', () => undefined), kinds: ['dropped'], isHeavy: true },
  { name: 'a right dropped', change: editing('delete', () => undefined), kinds: ['dropped'], isHeavy: true },
  { name: 'a disclosure that is gone', change: editing('coin-payments', () => undefined), kinds: ['dropped'], isHeavy: false },
  { name: 'a contact that is gone', change: editing('contact', () => undefined), kinds: ['dropped'], isHeavy: false },
  { name: 'a promise more', change: adding(planted('promise')), kinds: ['added'], isHeavy: false },
  { name: 'a right more', change: adding(planted('right')), kinds: ['added'], isHeavy: false },
  { name: 'something new that is done', change: adding(planted('disclosure')), kinds: ['added'], isHeavy: true },
  { name: 'words of the operator more', change: adding(planted('own')), kinds: ['added'], isHeavy: true },
  { name: 'another contact', change: editing('contact', reworded), kinds: ['reworded'], isHeavy: false },
  { name: 'other words for a promise', change: editing('no-training', reworded), kinds: ['reworded'], isHeavy: true },
  { name: 'other words for what is kept', change: editing('usage-row', reworded), kinds: ['reworded'], isHeavy: true },
  { name: 'calls noted for longer', change: measuring('usage-expires', 1), kinds: ['weakened'], isHeavy: true },
  { name: 'calls noted for less time', change: measuring('usage-expires', -30), kinds: ['strengthened'], isHeavy: false },
  { name: 'memory replaced later', change: measuring('memory', 900), kinds: ['weakened'], isHeavy: true },
  { name: 'less notice of changes', change: measuring('change-announced', 7), kinds: ['weakened'], isHeavy: true },
  {
    name: 'a promise that only tells now',
    change: editing('cookies', (claim) => ({ ...claim, kind: 'disclosure' })),
    kinds: ['weakened'],
    isHeavy: true,
  },
  {
    name: 'a promise that answers for one clause less',
    change: editing('no-training', (claim) => ({ ...claim, clauses: claim.clauses.slice(1) })),
    kinds: ['weakened'],
    isHeavy: true,
  },
  { name: 'a provider more', change: recipients('north', 'south'), kinds: ['recipient added'], isHeavy: true },
  { name: 'a provider less', change: recipients(), kinds: ['recipient gone'], isHeavy: false },
  { name: 'a provider for another', change: recipients('south'), kinds: ['recipient added', 'recipient gone'], isHeavy: true },
  { name: 'a provider that keeps texts for longer', change: labelled({ retention: '60 days' }), kinds: ['label worse'], isHeavy: true },
  { name: 'a provider that keeps texts for less time', change: labelled({ retention: '1 day' }), kinds: ['label better'], isHeavy: false },
  { name: 'a provider in another country', change: labelled({ country: 'CN' }), kinds: ['label worse'], isHeavy: true },
  { name: 'a provider that trains', change: labelled({ training: 'yes' }), kinds: ['label worse'], isHeavy: true },
  { name: 'a provider that is known not to train', change: labelled({ training: 'no' }), kinds: ['label better'], isHeavy: false },
]

/** Tries all of them; returns how many were told rightly. */
export function tryChanges(context: CheckContext): number {
  const before = versionNow()
  return CHANGE_TRIALS.filter(({ name, change, kinds, isHeavy }) => {
    const changes = diffPolicies(before, change(before))
    const found = changes.map(({ kind }) => kind)
    const isRight = found.join() === kinds.join() && isSignificant(changes) === isHeavy
    return context.expect(
      isRight,
      `${name}: ${found.join(', ') || 'nothing'}, ${isSignificant(changes) ? 'significant' : 'not significant'}`,
    )
  }).length
}
