import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'
import { type Keyring, masterKeyFaults, openKeyring } from './seal.ts'

/** What tells whether master keys are those that something was sealed under; says nothing of them. */
export const keyringMark = (keyring: Keyring): Buffer => keyring.derive('keyring-mark', Buffer.alloc(0))

/** Whether a data directory has master keys. */
export const hasMasterKeys = (dataDir: string): boolean => existsSync(join(dataDir, 'keys', 'master-1.key'))

/**
 * The keyring of a data directory for the database that belongs to it: the first start makes the keys, and the database knows them from then
 * on. Throws ConfigRefusedError where they are others or are gone, and makes none then, as all that is sealed would be lost without a word.
 * `database` has the role farebox_app.
 */
export async function openOwnKeyring(database: Database, dataDir: string): Promise<Keyring> {
  const problems = await keyringProblems(database, dataDir)
  if (problems.length > 0) throw new ConfigRefusedError(problems)
  const keyring = openKeyring(dataDir)
  await database.query(sql`insert into master_keys_known (mark) values (${keyringMark(keyring)}) on conflict do nothing`)
  const another = await keyringProblems(database, dataDir)
  if (another.length > 0) throw new ConfigRefusedError(another)
  return keyring
}

/** What is wrong with the master keys of a data directory for a database, of whatever version; changes nothing. */
export async function keyringProblems(database: Database, dataDir: string): Promise<readonly Problem[]> {
  const faults = masterKeyProblems(dataDir)
  if (faults.length > 0) return faults
  const known = await readMark(database)
  if (known === undefined) return []
  if (!hasMasterKeys(dataDir)) return [noMasterKeys(dataDir)]
  return keyringMark(openKeyring(dataDir)).equals(known) ? [] : [problem(dataDir, 'other ones')]
}

/** What is wrong with the files of the master keys themselves, as after they were copied back; changes nothing. */
export const masterKeyProblems = (dataDir: string): readonly Problem[] =>
  masterKeyFaults(dataDir).map(({ path, fault }) => ({
    ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_DATA_DIR' },
    ...(fault === 'mode'
      ? { expected: `${path} for its owner alone`, got: 'a file that others may read', mend: `run chmod 600 ${path}` }
      : { expected: `${path} of 32 bytes`, got: 'another size', mend: 'bring it back from a whole copy (farebox restore --keys)' }),
  }))

/** The problem of a data directory without master keys where there should be some. */
export const noMasterKeys = (dataDir: string): Problem => problem(dataDir, 'none')

const UNDEFINED_TABLE = '42P01'

async function readMark(database: Database): Promise<Buffer | undefined> {
  try {
    return (await database.query<{ mark: Buffer }>(sql`select mark from master_keys_known`))[0]?.mark
  } catch (thrown) {
    // A database of before there was such a table, or an empty one.
    if (isDatabaseError(thrown, UNDEFINED_TABLE)) return undefined
    throw thrown
  }
}

const problem = (dataDir: string, got: string): Problem => ({
  ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_DATA_DIR' },
  expected: `the master keys that the database was filled under, in ${join(dataDir, 'keys')}`,
  got,
  mend: 'set FAREBOX_DATA_DIR to the data directory that this database belongs to, or bring its folder keys back; into a further node copy keys/master-*.key of the first; where they are lost for good, see docs/disaster.md',
})
