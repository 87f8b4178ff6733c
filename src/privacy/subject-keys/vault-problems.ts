import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ENVIRONMENT, type Problem } from '../../spec/index.ts'
import type { Keyring } from '../seal.ts'
import { erasuresOf } from './add-erasures.ts'
import { damagedKeyFiles } from './key-folder.ts'
import { TombstoneFileError } from './tombstone-file.ts'

/**
 * What is wrong with the files that say who was erased and that hold keys of persons: bytes that Farebox never wrote there, as of a damaged
 * disk or a wrong copy. Changes nothing. With keys in a database of their own (`keysUrl`) the folder of keys is of no account.
 */
export async function vaultProblems(
  { dataDir, keysUrl }: { readonly dataDir: string; readonly keysUrl: string | undefined },
  keyring: Keyring,
): Promise<readonly Problem[]> {
  const damaged = keysUrl === undefined ? await damagedKeyFiles(join(dataDir, 'keys', 'subjects')) : []
  return [...(await erasuresProblems(dataDir, keyring)), ...damaged.map(keyFileProblem)]
}

async function erasuresProblems(dataDir: string, keyring: Keyring): Promise<readonly Problem[]> {
  const path = join(dataDir, 'erasures')
  if (!existsSync(path)) return []
  try {
    await erasuresOf(dataDir, keyring).all()
    return []
  } catch (thrown) {
    if (!(thrown instanceof TombstoneFileError)) throw thrown
    return [
      {
        ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_DATA_DIR' },
        expected: `${path} as it was written, as it says who was erased`,
        got: 'other bytes, or those of another installation',
        mend: `bring back its newest copy; where there is none, move it away: the database knows the same, but for whoever was erased after a backup that it was restored from`,
      },
    ]
  }
}

const keyFileProblem = (path: string): Problem => ({
  ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_DATA_DIR' },
  expected: `${path} as it was written, as it holds keys of persons`,
  got: 'other bytes',
  mend: 'bring it back from a copy (farebox restore --keys into another data directory, or a copy of the folder); where there is none, move it away: names and addresses of those whose keys it held cannot be read any more then, balances and API keys can',
})
