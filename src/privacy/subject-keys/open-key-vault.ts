import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { connect } from '../../db/index.ts'
import type { Clock, Log } from '../../lib/index.ts'
import { ConfigRefusedError, ENVIRONMENT } from '../../spec/index.ts'
import { keyringMark } from '../own-keyring.ts'
import type { Keyring } from '../seal.ts'
import { erasuresOf } from './add-erasures.ts'
import { openDayKeyFolder } from './day-key-folder.ts'
import type { DayKeyStore } from './day-key-store.ts'
import { type IpTags, makeIpTags } from './ip-tag.ts'
import { hasSameMasters, openKeyDatabase } from './key-database.ts'
import { openKeyFolder } from './key-folder.ts'
import type { KeyStore } from './key-store.ts'
import { makeSubjectKeys, type SubjectKeys } from './subject-keys.ts'
import { makeTombstones } from './tombstones.ts'
import { vaultProblems } from './vault-problems.ts'

/** The keys that lie outside the database: those of persons, and those of days for IP addresses. */
export type KeyVault = {
  readonly subjects: SubjectKeys
  readonly ipTags: IpTags
  /** Takes away what is left of removed keys in places that nobody reads; to be called from time to time. */
  readonly tidy: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What a vault is opened with; `connection` is the URL of the database of people and money. */
export type VaultOptions = {
  readonly config: Pick<Config, 'dataDir' | 'keysUrl'>
  readonly connection: string
  readonly keyring: Keyring
  readonly clock: Clock
  readonly log?: Log
}

/**
 * Opens the keys that lie outside the database: in the folders keys/subjects and keys/days of the data directory, or in the database of
 * FAREBOX_KEYS_URL. Who was erased is remembered in the main database and in the file `erasures` of the data directory. Throws
 * ConfigRefusedError for a database of keys that cannot be used, and for files of these that were damaged.
 */
export async function openKeyVault({ config, connection, keyring, clock, log }: VaultOptions): Promise<KeyVault> {
  const { dataDir, keysUrl } = config
  const problems = await vaultProblems(config, keyring)
  if (problems.length > 0) throw new ConfigRefusedError(problems)
  const { store, days } = keysUrl === undefined ? await openFolders(dataDir) : await openShared(keysUrl, { keyring, log })
  // A pool of its own: whoever seals within a transaction holds a connection already, and must not wait for a second one of the same pool.
  const database = connect({ connection, role: 'farebox_app', poolMax: 2, ...(log === undefined ? {} : { log }) })
  return {
    subjects: makeSubjectKeys({ store, keyring, tombstones: makeTombstones(database, erasuresOf(dataDir, keyring)), clock }),
    ipTags: makeIpTags(days, keyring),
    tidy: store.tidy,
    close: async () => {
      await store.close()
      await database.end()
    },
  }
}

type Stores = { readonly store: KeyStore; readonly days: DayKeyStore }

async function openFolders(dataDir: string): Promise<Stores> {
  const folder = join(dataDir, 'keys')
  return { store: await openKeyFolder(join(folder, 'subjects')), days: await openDayKeyFolder(join(folder, 'days')) }
}

async function openShared(
  keysUrl: string,
  { keyring, log }: { readonly keyring: Keyring; readonly log: Log | undefined },
): Promise<Stores> {
  const shared = await openKeyDatabase(keysUrl, log)
  if (await hasSameMasters(keysUrl, keyringMark(keyring))) return { store: shared, days: shared }
  await shared.close()
  throw new ConfigRefusedError([
    {
      ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'FAREBOX_KEYS_URL' },
      expected: 'the same master keys on every node',
      got: 'master keys that differ from those of the node that came first',
      mend: 'copy keys/master-*.key from the data directory of that node into this one, then start again',
    },
  ])
}
