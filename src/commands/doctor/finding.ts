import { type Config, type Environment, readConfig } from '../../config.ts'
import { ConfigRefusedError, type Problem } from '../../spec/index.ts'

/** What one check found; `refused` is a configuration that Farebox does not start with, `failed` is anything else that has to be mended. */
export type Finding = {
  readonly state: 'ok' | 'warning' | 'failed' | 'refused'
  readonly subject: string
  readonly detail: string
  readonly problems: readonly Problem[]
}

/** What is looked at. */
export type Setup = { readonly environment: Environment; readonly version: string; readonly execArgv: readonly string[] }

/** Looks at one side of a setup; never throws for what it finds. */
export type Check = (setup: Setup) => Promise<readonly Finding[]>

/** A finding without problems. */
export const plain = (state: Finding['state'], subject: string, detail: string): Finding => ({ state, subject, detail, problems: [] })

/** A finding of refused configuration. */
export const refused = (subject: string, problems: readonly Problem[]): Finding => ({
  state: 'refused',
  subject,
  detail: problems.length === 1 ? 'one problem' : `${problems.length} problems`,
  problems,
})

/** The settings, or undefined when they are refused, which the check of the settings tells. */
export function configOf(setup: Setup): Config | undefined {
  try {
    return readConfig(setup.environment)
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return undefined
    throw thrown
  }
}
