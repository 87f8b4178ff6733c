import { type AppliedSource, desiredOf, readSiteSettings } from '../../catalog/index.ts'
import { type Config, readConfig, unknownSettings } from '../../config.ts'
import { runtimeProblems } from '../../runtime.ts'
import { ConfigRefusedError } from '../../spec/index.ts'
import { type Check, type Finding, plain, refused, type Setup } from './finding.ts'
import { checkPolicy } from './policy.ts'

/** Node's version and options. */
export const checkRuntime: Check = async (setup) => {
  const problems = runtimeProblems(setup)
  return [problems.length === 0 ? plain('ok', 'Node', setup.version) : refused('Node', problems)]
}

/** Settings and farebox.yaml, each with all its problems. */
export const checkConfiguration: Check = async (setup) => {
  const unknown = unknownSettings(setup.environment).map((name) =>
    plain('warning', 'settings', `${name} is not a setting; it has no effect`),
  )
  try {
    const config = readConfig(setup.environment)
    return [
      plain('ok', 'settings', `public ${config.publicUrl}, ${config.gateways} gateway process(es)`),
      ...unknown,
      ...(await checkFile(config, setup)),
    ]
  } catch (thrown) {
    if (!(thrown instanceof ConfigRefusedError)) throw thrown
    return [refused('settings', thrown.problems), ...unknown, ...(await checkFileAlone(setup))]
  }
}

/** With settings refused the file is still looked at, so that both sets of problems are told at once. */
async function checkFileAlone(setup: Setup): Promise<readonly Finding[]> {
  const environment = { FAREBOX_CONFIG: setup.environment.FAREBOX_CONFIG }
  try {
    return await checkFile(readConfig(environment), setup)
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return []
    throw thrown
  }
}

async function checkFile(config: Config, setup: Setup): Promise<readonly Finding[]> {
  const { configPath, providerKeys } = config
  try {
    const sources = desiredOf({ configPath, providerKeys, environment: setup.environment })
    return [
      plain('ok', 'catalogue', describe(sources, configPath)),
      ...unpricedOf(sources),
      ...(await checkPolicy(config, setup)),
      ...checkSite(config, setup),
    ]
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return [refused('catalogue', thrown.problems)]
    throw thrown
  }
}

/** Files that the site's part of farebox.yaml names; a word on them only where something is wrong. */
function checkSite(config: Config, { environment }: Setup): readonly Finding[] {
  try {
    readSiteSettings({ config, environment, service: '' })
    return []
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return [refused('site', thrown.problems)]
    throw thrown
  }
}

function describe(sources: readonly AppliedSource[], configPath: string | undefined): string {
  const upstreams = sources.flatMap(({ desired }) => desired.upstreams).length
  const models = sources.flatMap(({ desired }) => desired.models).length
  if (upstreams === 0) return 'no upstream yet, so the sandbox answers; set OPENAI_API_KEY or write farebox.yaml'
  return `${upstreams} upstream(s), ${models} model(s), from ${configPath ?? 'provider keys'}`
}

const unpricedOf = (sources: readonly AppliedSource[]): readonly Finding[] =>
  sources
    .flatMap(({ desired }) => desired.models)
    .filter((model) => model.price === undefined)
    .map((model) => plain('warning', 'catalogue', `${model.id} has no price, so calls to it are refused`))
