import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPolicySettings } from '../../src/catalog/index.ts'
import { readConfig } from '../../src/config.ts'
import { compilePolicy, NO_OWN_WORDS, type OwnWords, proveClauses, readResults } from '../../src/privacy/index.ts'
import { ConfigRefusedError } from '../../src/spec/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { factsOf, NOW, PROFILES } from './facts.ts'

const OPERATOR = 'operator: "Example Ltd, Dublin"'
const CONTACT = 'contact: [{ kind: email, value: privacy@example.test }]'
const MESSENGER = 'contact: [{ kind: messenger, value: "@example" }]'

/** A listener and what farebox.yaml says; what is refused, by its path; `own` is what was written in the console. */
type Trial = {
  readonly listen: string
  readonly policy: readonly string[]
  readonly refused: readonly string[]
  readonly own?: Partial<OwnWords>
}

const TRIALS: readonly Trial[] = [
  { listen: '127.0.0.1:8080', policy: [], refused: [] },
  { listen: '[::1]:8080', policy: [], refused: [] },
  { listen: '0.0.0.0:8080', policy: [], refused: ['policy.operator', 'policy.contact'] },
  { listen: '[::]:8080', policy: [], refused: ['policy.operator', 'policy.contact'] },
  { listen: '0.0.0.0:8080', policy: [OPERATOR], refused: ['policy.contact'] },
  { listen: '0.0.0.0:8080', policy: [CONTACT], refused: ['policy.operator'] },
  { listen: '0.0.0.0:8080', policy: [OPERATOR, CONTACT], refused: [] },
  { listen: '0.0.0.0:8080', policy: [OPERATOR, MESSENGER], refused: [] },
  { listen: '0.0.0.0:8080', policy: [OPERATOR, 'contact: []'], refused: ['policy.contact'] },
  { listen: '0.0.0.0:8080', policy: [CONTACT], refused: [], own: { operator: 'Example Ltd' } },
  { listen: '0.0.0.0:8080', policy: [], refused: ['policy.contact'], own: { operator: 'Example Ltd' } },
  { listen: '0.0.0.0:8080', policy: [OPERATOR], refused: [], own: { contacts: [{ kind: 'web', value: 'https://example.test' }] } },
  { listen: '127.0.0.1:8080', policy: ['contact: [{ kind: pigeon, value: roof }]'], refused: ['policy.contact[0].kind'] },
]

/** CL-contact: a service that others can reach does not start without an operator and a contact, and every profile prints both. */
export async function contact(context: CheckContext): Promise<Measured> {
  for (const trial of TRIALS) {
    const refused = refusedOf(trial)
    context.expect(
      refused.join() === trial.refused.join(),
      `${trial.listen} ${trial.policy.join(', ')}: refused ${refused.join(', ') || 'nothing'}`,
    )
  }
  const proven = proveClauses(readResults([]), NOW)
  for (const profile of PROFILES) {
    const printed = compilePolicy(factsOf(profile), proven).sections.flatMap(({ sentences }) => sentences)
    const isThere = printed.some(({ kind, text }) => kind === 'contact' && text.includes('privacy@example.test'))
    context.expect(isThere, `${profile} prints no contact`)
    context.expect(
      printed.some(({ text }) => text.includes('Example Ltd, Dublin')),
      `${profile} does not say who runs the service`,
    )
  }
  return { n: TRIALS.length, measured: { trials: TRIALS.length, profiles: PROFILES.length } }
}

function refusedOf({ listen, policy, own = {} }: Trial): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-contact-'))
  try {
    const file = join(folder, 'farebox.yaml')
    writeFileSync(file, policy.length === 0 ? '' : `policy:\n${policy.map((line) => `  ${line}\n`).join('')}`)
    const environment = { FAREBOX_LISTEN: listen, FAREBOX_TRUSTED_PROXIES: '10.0.0.1', FAREBOX_CONFIG: file }
    readPolicySettings(readConfig(environment), environment, { ...NO_OWN_WORDS, ...own })
    return []
  } catch (thrown) {
    if (!(thrown instanceof ConfigRefusedError)) throw thrown
    return thrown.problems.map(({ path }) => path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
