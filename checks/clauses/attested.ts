import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ATTESTED_CLAUSES, compilePolicy, type PolicyFacts, proveClauses, readAttestations, readResults } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { factsOf, NOW, resultsText } from './facts.ts'

const DOCUMENT = 'A report of an auditor, for a check.'
const DOCUMENT_HASH = createHash('sha256').update(DOCUMENT).digest('hex')

/** What is written into the folder of a trial, and whether the clause may then be printed. */
export type Trial = {
  readonly name: string
  readonly changed: Readonly<Record<string, unknown>>
  readonly document?: string
  readonly holds: boolean
}

/** What an attestation can be like. */
export const TRIALS: readonly Trial[] = [
  { name: 'as it should be', changed: {}, holds: true },
  { name: 'on its last day', changed: { expires: '2026-11-27' }, holds: true },
  { name: 'expired today', changed: { expires: '2026-11-26' }, holds: false },
  { name: 'expired long ago', changed: { expires: '2020-01-01' }, holds: false },
  { name: 'issued tomorrow', changed: { issued: '2026-11-27' }, holds: false },
  { name: 'without an issuer', changed: { issuer: '' }, holds: false },
  { name: 'without a scope', changed: { scope: undefined }, holds: false },
  { name: 'for a clause that nobody attests', changed: { clause: 'S0.1' }, holds: false },
  { name: 'with a hash of nothing', changed: { sha256: createHash('sha256').digest('hex') }, holds: false },
  { name: 'whose document was changed', changed: {}, document: `${DOCUMENT} `, holds: false },
  { name: 'whose document is not there', changed: { document: 'gone.pdf' }, holds: false },
  { name: 'whose document lies elsewhere', changed: { document: '../report.txt' }, holds: false },
]

/** CL-attest: a clause that only a document can show is printed exactly while the document is there, unchanged, and not expired. */
export async function attested(context: CheckContext): Promise<Measured> {
  let trials = 0
  for (const clause of ATTESTED_CLAUSES) {
    context.expect(!isPrinted(clause, undefined), `${clause} is printed with nothing to show it`)
    for (const trial of TRIALS) {
      trials += 1
      const printed = tryOut(clause, trial)
      context.expect(printed === trial.holds, `${clause}, ${trial.name}: it is ${printed ? 'printed' : 'left out'}`)
    }
  }
  return { n: trials, measured: { clauses: ATTESTED_CLAUSES.length, trials, holding: TRIALS.filter(({ holds }) => holds).length } }
}

/** Whether a clause is printed with the attestation of a trial. */
export function tryOut(clause: string, { changed, document = DOCUMENT }: Trial, more: Partial<PolicyFacts> = {}): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-attest-'))
  try {
    const whole = { clause, subject: 'North', issuer: 'Auditor', scope: 'a hall in Dublin', issued: '2026-01-01', expires: '2027-01-01' }
    writeFileSync(join(folder, 'report.txt'), document)
    writeFileSync(join(folder, 'one.json'), JSON.stringify({ ...whole, document: 'report.txt', sha256: DOCUMENT_HASH, ...changed }))
    return isPrinted(clause, folder, more)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function isPrinted(clause: string, folder: string | undefined, more: Partial<PolicyFacts> = {}): boolean {
  const facts = factsOf('strict', { ...more, attestations: readAttestations(folder, NOW).valid })
  const { sections } = compilePolicy(facts, proveClauses(readResults([resultsText()]), NOW))
  return sections.some(({ sentences }) => sentences.some(({ clauses }) => clauses.includes(clause)))
}
