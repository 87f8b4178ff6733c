import { existsSync } from 'node:fs'
import { readPolicySettings } from '../../catalog/index.ts'
import type { Config } from '../../config.ts'
import { connect, DatabaseError, hasTables, launchEmbedded } from '../../db/index.ts'
import { hasMasterKeys, NO_OWN_WORDS, type OwnWords, type PolicySettings, readOwnWords } from '../../privacy/index.ts'
import { ConfigRefusedError, type Problem } from '../../spec/index.ts'
import { type Finding, plain, refused, type Setup } from './finding.ts'
import { isRunning } from './machine.ts'

/** Whether it is said who runs a service that others can reach, in the file or in the console; without that Farebox does not start. */
export async function checkPolicy(config: Config, setup: Setup): Promise<readonly Finding[]> {
  const byFile = policyBy(config, setup, NO_OWN_WORDS)
  if (!('problems' in byFile)) return [tell(byFile)]
  const own = await ownWordsOf(config)
  if (own === undefined) return [plain('warning', 'policy', NOT_ASKED)]
  const settings = policyBy(config, setup, own)
  return ['problems' in settings ? refused('policy', settings.problems) : tell(settings)]
}

const NOT_ASKED =
  'farebox.yaml does not name who runs this and how to write to them; unless the console does, which could not be looked up now, Farebox does not start'

function policyBy(config: Config, { environment }: Setup, own: OwnWords): PolicySettings | { readonly problems: readonly Problem[] } {
  try {
    return readPolicySettings(config, environment, own)
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return { problems: thrown.problems }
    throw thrown
  }
}

function tell({ profile, operator, isPublic }: PolicySettings): Finding {
  const unnamed = isPublic ? 'the operator is named in the console' : 'no operator named, as nobody else can call'
  return plain('ok', 'policy', `profile ${profile}, ${operator ?? unnamed}`)
}

/** What the console has of it: nothing where Farebox was never started; undefined where the database cannot be asked, which its own check tells. */
async function ownWordsOf(config: Config): Promise<OwnWords | undefined> {
  const { databaseUrl, dataDir } = config
  try {
    if (databaseUrl !== undefined) return await ownWordsIn(databaseUrl)
    if (!existsSync(dataDir) || !hasMasterKeys(dataDir)) return NO_OWN_WORDS
    // The server of a running Farebox is only found by this, not started.
    return (await isRunning(dataDir)) ? await ownWordsIn((await launchEmbedded({ dataDir })).connection) : undefined
  } catch (thrown) {
    if (thrown instanceof DatabaseError) return undefined
    throw thrown
  }
}

async function ownWordsIn(connection: string): Promise<OwnWords> {
  if (!(await hasTables(connection))) return NO_OWN_WORDS
  const database = connect({ connection, role: 'farebox_app', poolMax: 1 })
  try {
    return (await readOwnWords(database)).words
  } finally {
    await database.end()
  }
}
