import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compilePolicy, policyMarkdown, proveClauses, readResults, risksPage, showRisks } from '../../src/privacy/index.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { factsOf, NOW, PROFILES, resultsText } from './facts.ts'

const RISKS_MIN = 8
const RESULTS = 'proof/results.jsonl'
const PAGE = new URL('../../docs/residual-risks.md', import.meta.url)

/**
 * CL-residual: at least eight things that the policy does not protect from are printed with it in every profile, each with a figure that a
 * check has measured. `isKnown` tells whether there is a check of a name.
 */
export async function residual(context: CheckContext, isKnown: (id: string) => boolean): Promise<Measured> {
  const results = readResults([existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : ''])
  const risks = showRisks(results)
  context.expect(readFileSync(fileURLToPath(PAGE), 'utf8') === risksPage(), 'docs/residual-risks.md is not what its command writes')
  for (const profile of PROFILES) {
    const facts = factsOf(profile)
    const version = { number: 1, publishedAt: NOW, effectiveAt: NOW, hash: '0'.repeat(64) }
    const text = compilePolicy(facts, proveClauses(readResults([resultsText()]), NOW))
    const page = policyMarkdown({ facts, version, text, risks })
    for (const { risk } of risks) context.expect(page.includes(risk.title), `${profile} does not print: ${risk.title}`)
  }
  const linked = risks.filter(({ risk }) => isKnown(risk.figure.check))
  const measured = linked.filter(({ isMeasured }) => isMeasured)
  context.expect(linked.length >= RISKS_MIN, `${linked.length} risks name a check that exists`)
  const lacking = linked.filter(({ isMeasured }) => !isMeasured).map(({ risk }) => risk.figure.check)
  if (measured.length < RISKS_MIN) throw new NotRunError(`no figure in ${RESULTS} from ${[...new Set(lacking)].join(', ')}`)
  return { n: risks.length, measured: { risks: risks.length, linked: linked.length, measured: measured.length } }
}
