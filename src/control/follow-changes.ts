import { loadCatalog, millisToNextChange } from '../catalog/index.ts'
import { listenForChanges } from '../db/index.ts'
import { isSpendRef } from '../ledger/index.ts'
import { errorCode, type Log } from '../lib/index.ts'
import type { Keyring, PolicyDesk } from '../privacy/index.ts'
import { CatalogPublisher } from './catalog-publisher.ts'
import { ChangeAnnouncer } from './change-announcer.ts'
import type { Desk } from './open-desk.ts'
import type { Storage } from './open-storage.ts'

/** Where changes are told and read, and who is told of the catalogue beside the desk. */
export type Followed = Pick<Storage, 'connection' | 'appDatabase'> & {
  readonly keyring: Pick<Keyring, 'unseal'>
  readonly log: Log
  readonly policy: Pick<PolicyDesk, 'publish'>
}

/** Who is told of changes. */
export type Following = Pick<Desk, 'prices' | 'names' | 'sessions' | 'keys' | 'slices' | 'spending' | 'freezer' | 'reloadFrozen'>

/** Tells gateways the catalogue, and from then on whatever changes in the database. */
export async function followChanges(
  desk: Following,
  { connection, appDatabase, keyring, log, policy }: Followed,
): Promise<{ readonly close: () => Promise<void> }> {
  let isFollowing = false
  const onAnnounced = (): void => {
    if (isFollowing) publisher.refresh()
  }
  const announcer = new ChangeAnnouncer({ policy, log, onAnnounced })
  const publisher = new CatalogPublisher({
    load: () => loadCatalog(appDatabase, keyring),
    millisToNext: () => millisToNextChange(appDatabase),
    publish: (catalog) => {
      desk.prices.learn(catalog)
      desk.names.learn(catalog)
      desk.sessions.publish(catalog)
      announcer.look()
    },
    onUnread: (thrown) => log({ event: 'catalog-unread', code: errorCode(thrown) }),
  })
  // Whoever signs up first finds on the list what is called from the start.
  await announcer.announce()
  await publisher.publish()
  isFollowing = true
  const changes = await listenForChanges(connection, 'farebox_change', (payload) => {
    onChange(desk, payload, () => publisher.refresh())
  })
  // What changed since the catalogue was read, or was frozen or thawed since the desk was opened, was told to nobody here.
  publisher.refresh()
  await desk.reloadFrozen()
  return {
    close: async () => {
      await changes.end()
      publisher.close()
      announcer.close()
    },
  }
}

/** Passes on what changed in the database; undefined means that something may have been missed. */
function onChange(desk: Following, payload: string | undefined, publishCatalog: () => void): void {
  const [noun, id = ''] = (payload ?? '').split(':')
  if (noun === 'reclaim') (isSpendRef(id) ? desk.spending : desk.slices).giveBack(id)
  else if (noun === 'frozen') desk.freezer.hearFrozen(id)
  else if (noun === 'thawed') desk.freezer.hearThawed(id)
  else if (noun === 'catalog') publishCatalog()
  else if (noun === 'key') {
    desk.keys.forgetKey(id)
    desk.sessions.revokeKey(id)
  } else if (noun === 'account') {
    desk.keys.forgetAccount(id)
    desk.sessions.revokeAccount(id)
  } else {
    desk.keys.forgetAll()
    desk.sessions.forgetAll()
    void desk.reloadFrozen()
    publishCatalog()
  }
}
