import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckContext, Measured } from '../harness/index.ts'
import { CHECKOUT } from './made-package.ts'
import { RELEASE_POINTS } from './release-points.ts'
import { workflowOf } from './workflows.ts'

const PATH = '.github/workflows/release.yml'

/**
 * SUP-06: of the eight points that a release has to have, the files show as many, and each finds its fault; what is set where the repository and
 * the package are hosted cannot be seen from a checkout, and is told as such.
 */
export function released(context: CheckContext): Promise<Measured> {
  const text = readFileSync(join(CHECKOUT, PATH), 'utf8')
  const page = readFileSync(join(CHECKOUT, 'docs', 'releasing.md'), 'utf8')
  const shown = RELEASE_POINTS.filter(({ name, holds, fault: [from, to], attested }) => {
    const faulty = text.replace(from, to)
    const isSeeing = faulty !== text && !holds(workflowOf(PATH, faulty))
    context.expect(isSeeing, `blind: its fault is not found: ${name}`)
    context.expect(page.includes(`| ${name} |`) && page.includes(`| ${attested} |`), `docs/releasing.md does not tell it: ${name}`)
    return context.expect(holds(workflowOf(PATH, text)), `a release lacks: ${name}`) && isSeeing
  })
  const left = RELEASE_POINTS.filter(({ attested }) => attested !== 'nothing').length
  return Promise.resolve({
    n: RELEASE_POINTS.length,
    measured: { shownByFiles: shown.length, ofPoints: RELEASE_POINTS.length, setWhereItIsHosted: `${left} settings, not run` },
  })
}
