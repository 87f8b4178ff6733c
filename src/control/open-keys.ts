import { forgetAccount, keyOldAccounts, listHolders } from '../accounts/index.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { sealOldNames } from '../keys/index.ts'
import { sealOldReasons } from '../ledger/index.ts'
import type { Clock, Log } from '../lib/index.ts'
import { endOperatorsAgain } from '../operators/index.ts'
import { type Keyring, type KeyVault, openKeyVault } from '../privacy/index.ts'
import { refuseUnsharedKeys, sharedKeyProblems } from './shared-keys.ts'

/** What keys are opened with; `onUnshared` ends this process, and the one after it is refused at its start. */
export type KeyOptions = {
  readonly config: Pick<Config, 'dataDir' | 'keysUrl'>
  /** The URL of the main database. */
  readonly connection: string
  readonly appDatabase: Database
  readonly ledgerDatabase: Database
  readonly keyring: Keyring
  readonly nodeId: string
  readonly clock: Clock
  readonly log: Log
  readonly onUnshared: () => void
}

/** Open keys; `keep` is what is to be looked after from time to time. */
export type OpenKeys = KeyVault & { readonly keep: () => Promise<void> }

/**
 * Opens the keys of persons and days and makes them ready: erasures that an old copy of keys or database undid are done again, operators who
 * were ended are ended again, keys of old days are destroyed, and what is not yet sealed under a key of its person is. Nothing may be served
 * before it resolves. Throws ConfigRefusedError when nodes would keep keys apart.
 */
export async function openKeys(options: KeyOptions): Promise<OpenKeys> {
  await refuseUnsharedKeys(options.ledgerDatabase, options)
  const vault = await openKeyVault(options)
  await replayErasures(vault, options)
  await vault.ipTags.destroyOld(options.clock.now())
  await sealOldData(vault, options)
  return { ...vault, keep: () => keepKeys(vault, options) }
}

async function replayErasures({ subjects }: KeyVault, { appDatabase, clock, log }: KeyOptions): Promise<void> {
  const again = await subjects.replayErasures(() => listHolders(appDatabase))
  for (const accountId of again) await forgetAccount(appDatabase, accountId, clock.now())
  if (again.length > 0) log({ event: 'erasures-replayed', items: again.length })
  const operators = await endOperatorsAgain(appDatabase, subjects, clock.now())
  if (operators > 0) log({ event: 'operators-ended-again', items: operators })
}

async function sealOldData({ subjects }: KeyVault, { appDatabase, ledgerDatabase, keyring, log }: KeyOptions): Promise<void> {
  const accounts = await keyOldAccounts(appDatabase, subjects, keyring)
  const sealed = (await sealOldNames(appDatabase, subjects)) + (await sealOldReasons(ledgerDatabase, subjects))
  if (accounts + sealed > 0) log({ event: 'personal-data-sealed', items: accounts + sealed })
}

/** Another node can have come to live on the same database, as one of two that start at the same time sees nobody yet. */
async function keepKeys({ ipTags, tidy }: KeyVault, { ledgerDatabase, log, clock, onUnshared, ...node }: KeyOptions): Promise<void> {
  await ipTags.destroyOld(clock.now())
  await tidy()
  if ((await sharedKeyProblems(ledgerDatabase, node)).length === 0) return
  log({ event: 'keys-unshared' })
  onUnshared()
}
