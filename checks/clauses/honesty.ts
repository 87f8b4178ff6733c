import { policyDocument } from '../../src/api/index.ts'
import {
  CLAUSES,
  claimsOf,
  compilePolicy,
  DATA_FORMATS,
  dataOutput,
  type PolicyFacts,
  type Printable,
  type ProvenClause,
  policyMarkdown,
  proveClauses,
  readResults,
  showRisks,
  subprocessorsOf,
} from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { CLAUSE_CHECKS, factsOf, NOW, PROFILES, resultsText, UPSTREAMS } from './facts.ts'

/**
 * PRV-24: the policy is made again from the same facts and compared byte by byte, in every profile and form; every sentence carries clauses
 * of its profile; a failed check takes every promise away that rests on it; and faults built into what a policy is made of are seen.
 */
export async function honesty(context: CheckContext): Promise<Measured> {
  const counts = { outputs: 0, sentences: 0, withdrawn: 0, blocked: 0 }
  for (const profile of PROFILES) {
    const first = printAll(factsOf(profile))
    const again = printAll(structuredClone(factsOf(profile)))
    for (const [form, text] of Object.entries(first)) {
      counts.outputs += 1
      context.expect(text === again[form] && text.length > 100, `${profile}, ${form}: made again it is not the same`)
    }
    counts.sentences += expectClauses(context, factsOf(profile))
  }
  for (const id of CLAUSE_CHECKS.slice(0, Math.max(context.n, 1))) counts.withdrawn += expectWithdrawn(context, id)
  counts.blocked = MUTANTS.filter((mutant) => context.expect(isSeen(mutant), `blind: ${mutant.name} was not seen`)).length
  return { n: CLAUSE_CHECKS.length, measured: { ...counts, mutants: MUTANTS.length } }
}

const VERSION = { number: 3, publishedAt: NOW, effectiveAt: NOW, hash: '0'.repeat(64) }

const provenWith = (text: string): readonly ProvenClause[] => proveClauses(readResults([text]), NOW)

function printableOf(facts: PolicyFacts, proof = resultsText()): Printable {
  return { facts, version: VERSION, text: compilePolicy(facts, provenWith(proof)), risks: showRisks(readResults([proof])) }
}

function printAll(facts: PolicyFacts): Readonly<Record<string, string>> {
  const printable = printableOf(facts)
  return {
    html: policyDocument({ ...printable, coming: undefined, held: [], version: { ...VERSION, ...EMPTY_VERSION } }),
    md: policyMarkdown(printable),
    ...Object.fromEntries(DATA_FORMATS.map((format) => [format, dataOutput(format, facts)])),
  }
}

const EMPTY_VERSION = { profile: 'strict', claims: [], recipients: [], text: '', isSignificant: false } as const

/** Every printed sentence has clauses of the profile, and every clause of the profile is printed or listed as left out. */
function expectClauses(context: CheckContext, facts: PolicyFacts): number {
  const { sections, withheld } = compilePolicy(facts, provenWith(resultsText()))
  const sentences = sections.flatMap((section) => section.sentences)
  const markdown = policyMarkdown(printableOf(facts))
  for (const { statement, clauses } of sentences) {
    context.expect(clauses.length > 0, `${statement} carries no clause`)
    context.expect(markdown.includes(`<sup>${clauses.join(' ')}</sup>`), `${statement} does not print its clauses`)
  }
  const told = new Set([...sentences, ...withheld].flatMap(({ clauses }) => clauses))
  const { profile } = facts.settings
  const own = CLAUSES.filter(({ id }) => profile === 'strict' || told.has(id))
  context.expect(own.length === told.size, `${profile} tells clauses of another profile`)
  context.expect(profile !== 'strict' || told.size === CLAUSES.length, `strict leaves out ${CLAUSES.length - told.size} clauses`)
  return sentences.length
}

/** With one check red no promise that rests on it is printed anywhere, and all others are. */
function expectWithdrawn(context: CheckContext, id: string): number {
  const facts = factsOf('strict')
  const proof = resultsText({ [id]: { failures: 1 } })
  const resting = new Set(
    provenWith(proof)
      .filter(({ state }) => state === 'red')
      .map(({ clause }) => clause.id),
  )
  const printed = printableOf(facts, proof)
  const page = policyMarkdown(printed)
  const promises = claimsOf(facts).filter(({ kind }) => kind === 'promise')
  const isPrinted = (statement: string): boolean =>
    printed.text.sections.some(({ sentences }) => sentences.some((sentence) => sentence.statement === statement))
  const fallen = promises.filter(({ clauses }) => clauses.some((clause) => resting.has(clause)))
  for (const promise of promises) {
    const isFallen = fallen.includes(promise)
    context.expect(
      isPrinted(promise.statement) !== isFallen,
      `with ${id} red, ${promise.statement} is ${isFallen ? 'printed' : 'left out'}`,
    )
    context.expect(
      !isFallen || !page.includes(promise.text.slice(0, 60)),
      `with ${id} red, the words of ${promise.statement} are on the page`,
    )
  }
  return fallen.length
}

/** A fault in what a policy is made of, which has to change what is printed, or be left out of it. */
type Mutant = { readonly name: string; readonly facts: PolicyFacts; readonly proof?: string }

const inventoryWith = (changed: (facts: PolicyFacts) => Partial<PolicyFacts['inventory']>): PolicyFacts => {
  const facts = factsOf('strict')
  return { ...facts, inventory: { ...facts.inventory, ...changed(facts) } }
}

const MUTANTS: readonly Mutant[] = [
  {
    name: 'a column that is kept longer',
    facts: inventoryWith(({ inventory }) => ({
      columns: inventory.columns.map((entry) => (entry.table === 'usage_event' ? { ...entry, retention: '10 years' as const } : entry)),
    })),
  },
  {
    name: 'a column more',
    facts: inventoryWith(({ inventory }) => {
      const [first] = inventory.columns
      return { columns: first === undefined ? [] : [...inventory.columns, { ...first, column: 'planted' }] }
    }),
  },
  {
    name: 'a provider more',
    facts: factsOf('strict', {
      upstreams: subprocessorsOf([...UPSTREAMS, { id: 'planted', host: 'planted.test', placement: 'third_party', privacy: {} }], NOW),
    }),
  },
  { name: 'a check that failed', facts: factsOf('strict'), proof: resultsText({ 'PRV-01': { failures: 1 } }) },
  { name: 'a check that did not run', facts: factsOf('strict'), proof: resultsText({ 'PRV-22': { n: 0, notRun: 'planted' } }) },
  { name: 'a result that is too old', facts: factsOf('strict'), proof: resultsText({ 'CL-key': { at: '2026-01-01T00:00:00.000Z' } }) },
  {
    name: 'a cookie',
    facts: inventoryWith(({ inventory }) => ({
      cookies: { ...inventory.cookies, planted: Object.values(inventory.outbound)[0] as never },
    })),
  },
]

/** Whether what is printed differs from what the true facts print. */
const isSeen = ({ facts, proof }: Mutant): boolean =>
  policyMarkdown(printableOf(facts, proof)) !== policyMarkdown(printableOf(factsOf('strict')))
