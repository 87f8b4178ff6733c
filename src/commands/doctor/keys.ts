import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { restoredFilesProblems } from '../../backup/index.ts'
import type { Config } from '../../config.ts'
import { nodeIdProblems, sharedKeyProblems } from '../../control/index.ts'
import { checkServer, connect, DatabaseError, sql } from '../../db/index.ts'
import { isUuid } from '../../lib/index.ts'
import { hasMasterKeys, keyringProblems, masterKeyProblems, ofKeysUrl, openKeyring, vaultProblems } from '../../privacy/index.ts'
import { ConfigRefusedError, type Problem } from '../../spec/index.ts'
import { type Check, configOf, type Finding, plain, refused } from './finding.ts'

/** Where the keys of persons lie, whether they can be read there, and that several nodes do not keep them apart. */
export const checkKeys: Check = async (setup) => {
  const config = configOf(setup)
  if (config === undefined) return []
  const { databaseUrl, keysUrl } = config
  const faults = [...restoredFilesProblems(config.dataDir), ...masterKeyProblems(config.dataDir)]
  if (faults.length > 0) return [refused('keys', faults)]
  const damaged = [...nodeIdProblems(config.dataDir), ...(await damagedFiles(config))]
  if (damaged.length > 0) return [refused('keys', damaged)]
  const masters = databaseUrl === undefined ? [] : await checkMasterKeys(databaseUrl, config)
  if (keysUrl !== undefined) return [...masters, await checkKeyDatabase(keysUrl)]
  return [...masters, folderFinding(config), ...(databaseUrl === undefined ? [] : await checkOtherNodes(databaseUrl, config))]
}

/** Master keys are whole here; where there are none yet, there is nothing under them. */
const damagedFiles = async (config: Config): Promise<readonly Problem[]> =>
  hasMasterKeys(config.dataDir) ? await vaultProblems(config, openKeyring(config.dataDir)) : []

/** Whether what is sealed in the database of DATABASE_URL can be read by this data directory; a word only where it cannot. */
async function checkMasterKeys(databaseUrl: string, { dataDir }: Config): Promise<readonly Finding[]> {
  const database = connect({ connection: databaseUrl, role: 'farebox_app', poolMax: 1 })
  try {
    const problems = await keyringProblems(database, dataDir)
    return problems.length === 0 ? [] : [refused('keys', problems)]
  } catch (thrown) {
    // That the database does not answer, or is not migrated yet, is told by its own check.
    if (thrown instanceof DatabaseError) return []
    throw thrown
  } finally {
    await database.end()
  }
}

function folderFinding({ dataDir }: Config): Finding {
  const folder = join(dataDir, 'keys', 'subjects')
  const where = existsSync(folder) ? folder : `${folder}, will be made`
  return plain('ok', 'keys', `${where}; keep copies of it for 7 days at most, apart from those of the database`)
}

async function checkKeyDatabase(keysUrl: string): Promise<Finding> {
  const database = connect({ connection: keysUrl, role: undefined, poolMax: 1 })
  try {
    await checkServer(keysUrl)
    await database.query(sql`select`)
    return plain('ok', 'keys', 'the database of FAREBOX_KEYS_URL answers; keep its backups and its write-ahead log for 7 days at most')
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return refused('keys', ofKeysUrl(thrown.problems))
    if (!(thrown instanceof DatabaseError)) throw thrown
    return plain('failed', 'keys', `the server of FAREBOX_KEYS_URL cannot be reached (${thrown.code}); check host, port, user and password`)
  } finally {
    await database.end()
  }
}

async function checkOtherNodes(databaseUrl: string, config: Config): Promise<readonly Finding[]> {
  const database = connect({ connection: databaseUrl, role: 'farebox_ledger', poolMax: 1 })
  try {
    const problems = await sharedKeyProblems(database, { config, nodeId: readNodeId(config.dataDir) })
    return problems.length === 0 ? [plain('ok', 'keys', 'no other node lives on this database')] : [refused('keys', problems)]
  } catch (thrown) {
    // That the database does not answer, or is not migrated yet, is told by its own check.
    if (thrown instanceof DatabaseError) return []
    throw thrown
  } finally {
    await database.end()
  }
}

function readNodeId(dataDir: string): string | undefined {
  const path = join(dataDir, 'node-id')
  const id = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  return isUuid(id) ? id : undefined
}
