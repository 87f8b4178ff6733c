import { existsSync } from 'node:fs'
import { checkCluster, checkServer, compareMigrations, connect, DatabaseError, platformBinaries, sql } from '../../db/index.ts'
import { ConfigRefusedError } from '../../spec/index.ts'
import { type Check, configOf, type Finding, plain, refused } from './finding.ts'
import { checkLogins } from './logins.ts'
import { checkWriteAheadLog } from './write-ahead-log.ts'

/** Whether there is a PostgreSQL to run on: npm's binaries, or the server of DATABASE_URL with all that money needs. */
export const checkDatabase: Check = async (setup) => {
  const config = configOf(setup)
  if (config === undefined) return []
  try {
    if (config.databaseUrl === undefined) return [embedded(config.dataDir)]
    await checkServer(config.databaseUrl)
    const answers = plain('ok', 'database', 'the server of DATABASE_URL answers and keeps what it commits')
    const more = [...(await checkLogins(config.databaseUrl)), ...(await checkWriteAheadLog(config.databaseUrl))]
    return [answers, await checkRole(config.databaseUrl), ...(await checkVersion(config.databaseUrl)), ...more]
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError) return [refused('database', thrown.problems)]
    if (thrown instanceof DatabaseError) return [unreachable(thrown)]
    throw thrown
  }
}

/** Our own server is not started for this: what would keep it from starting is looked at in its folder. */
function embedded(dataDir: string): Finding {
  const binaries = platformBinaries()
  if (existsSync(dataDir)) checkCluster(dataDir, binaries)
  return plain('ok', 'database', `embedded PostgreSQL ${binaries.major}`)
}

async function checkRole(connection: string): Promise<Finding> {
  const database = connect({ connection, role: 'farebox_app', poolMax: 1 })
  try {
    await database.query(sql`select 1 from upstream limit 1`)
    return plain('ok', 'database', 'roles and tables are there')
  } catch (thrown) {
    if (!(thrown instanceof DatabaseError)) throw thrown
    return plain('warning', 'database', `roles or tables are not there yet (${thrown.code}); npm start makes them, or farebox migrate`)
  } finally {
    await database.end()
  }
}

/** Whether the tables are those of this version; a word only where they are not. */
async function checkVersion(connection: string): Promise<readonly Finding[]> {
  const { problems, waiting, ahead } = await compareMigrations(connection)
  if (problems.length > 0) return [refused('database', problems)]
  if (ahead > 0) return [plain('warning', 'database', `${ahead} migration(s) of a newer version ran; install it here too`)]
  return waiting === 0
    ? []
    : [plain('warning', 'database', `${waiting} migration(s) are to be run; npm start runs them, or farebox migrate`)]
}

const unreachable = ({ code }: DatabaseError): Finding =>
  plain('failed', 'database', `the server of DATABASE_URL cannot be reached (${code}); check host, port, user and password`)
