import type { Claim } from './compile.ts'
import { labelWords, type ProviderLabel, worseParts } from './provider-label.ts'

/** Ways in which something can differ. */
export const CHANGE_KINDS = [
  ...(['added', 'dropped', 'weakened', 'strengthened', 'reworded', 'recipient added', 'recipient gone'] as const),
  ...(['label worse', 'label better', 'label told'] as const),
] as const

/** How one thing differs between two versions of a policy. */
export type PolicyChange = {
  readonly kind: (typeof CHANGE_KINDS)[number]
  /** A statement, or a recipient. */
  readonly of: string
  readonly clauses: readonly string[]
  readonly isSignificant: boolean
  readonly before?: string
  readonly after?: string
  /** The words of both in Simplified Chinese, where there are any. */
  readonly zh?: { readonly before?: string | undefined; readonly after?: string | undefined }
}

/** What is compared: what a version claims, who gets data by it, and the labels of providers unless it is from before they were kept. */
export type Comparable = {
  readonly claims: readonly Claim[]
  readonly recipients: readonly string[]
  readonly providers?: readonly ProviderLabel[] | undefined
}

/**
 * What changed from one version to the next, clause by clause. Significant is whatever people may mind: a promise or right that is dropped,
 * loses a clause or gets weaker, other words for one where no figure tells which way they go, something new that is done with data, a new
 * recipient, one whose label gets worse, and any change of what the operator wrote, in either language, as no check says what it means.
 */
export function diffPolicies(before: Comparable, after: Comparable): readonly PolicyChange[] {
  const ids = [...new Set([...before.claims, ...after.claims].map(({ statement }) => statement))]
  const claimChanges = ids.flatMap((id) => {
    const find = (version: Comparable): Claim | undefined => version.claims.find(({ statement }) => statement === id)
    return changeOf(id, find(before), find(after))
  })
  return [...claimChanges, ...recipientChanges(before.recipients, after.recipients), ...labelChanges(before.providers, after.providers)]
}

/** Whether people have to be told before it takes effect. */
export const isSignificant = (changes: readonly PolicyChange[]): boolean => changes.some((change) => change.isSignificant)

const isPledge = ({ kind }: Claim): boolean => kind === 'promise' || kind === 'right'

function changeOf(id: string, before: Claim | undefined, after: Claim | undefined): readonly PolicyChange[] {
  if (before === undefined) {
    if (after === undefined) return []
    return [
      {
        kind: 'added',
        of: id,
        clauses: after.clauses,
        isSignificant: after.kind === 'disclosure' || after.kind === 'own',
        after: after.text,
        zh: { after: after.zh },
      },
    ]
  }
  if (after === undefined)
    return [
      {
        kind: 'dropped',
        of: id,
        clauses: before.clauses,
        isSignificant: isPledge(before) || before.kind === 'own',
        before: before.text,
        zh: { before: before.zh },
      },
    ]
  const change = {
    of: id,
    clauses: [...new Set([...before.clauses, ...after.clauses])],
    ...{ before: before.text, after: after.text, zh: { before: before.zh, after: after.zh } },
  }
  if (isPledge(before) && !isPledge(after)) return [{ ...change, kind: 'weakened', isSignificant: true }]
  if (isPledge(before) && before.clauses.some((clause) => !after.clauses.includes(clause)))
    return [{ ...change, kind: 'weakened', isSignificant: true }]
  if (before.text === after.text && (before.kind !== 'own' || before.zh === after.zh)) return []
  return [reworded(change, before, after)]
}

function reworded(change: Omit<PolicyChange, 'kind' | 'isSignificant'>, before: Claim, after: Claim): PolicyChange {
  if (before.measure !== undefined && after.measure !== undefined && before.measure !== after.measure) {
    const isWeaker = after.measure > before.measure
    return { ...change, kind: isWeaker ? 'weakened' : 'strengthened', isSignificant: isWeaker }
  }
  return { ...change, kind: 'reworded', isSignificant: before.kind !== 'contact' && !NAMES_PROVIDERS.has(change.of) }
}

/** Statements that say nothing but who the providers are: what changes of those is told, and weighed, one by one. */
const NAMES_PROVIDERS: ReadonlySet<string> = new Set(['forwarded'])

function recipientChanges(before: readonly string[], after: readonly string[]): readonly PolicyChange[] {
  const change = (kind: 'recipient added' | 'recipient gone', of: string): PolicyChange => ({
    ...{ kind, of, clauses: ['S0.14', 'S2.11'], isSignificant: kind === 'recipient added' },
  })
  return [
    ...after.filter((name) => !before.includes(name)).map((name) => change('recipient added', name)),
    ...before.filter((name) => !after.includes(name)).map((name) => change('recipient gone', name)),
  ]
}

/** Labels of providers that were listed before, and all of them where labels were not kept yet, which tells nothing new. */
function labelChanges(before: Comparable['providers'], after: Comparable['providers'] = []): readonly PolicyChange[] {
  return after.flatMap((label): readonly PolicyChange[] => {
    const said = before?.find(({ name }) => name === label.name)
    const change = { of: label.name, clauses: ['S0.14', 'S2.11'], after: labelWords(label) }
    if (before === undefined) return [{ ...change, kind: 'label told', isSignificant: false }]
    if (said === undefined || labelWords(said) === labelWords(label)) return []
    const isWorse = worseParts(said, label).length > 0
    return [{ ...change, before: labelWords(said), kind: isWorse ? 'label worse' : 'label better', isSignificant: isWorse }]
  })
}
