import { type Database, sql } from '../db/index.ts'
import { createKey, findKeyByHash, hashKey, mintSecret } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Clock, Ids } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'

/** What accounts without an e-mail are opened with. */
export type DoorParts = {
  readonly appDatabase: Database
  readonly ledger: Pick<Ledger, 'openAccount'>
  readonly subjects: SubjectKeys
  readonly ids: Ids
  readonly clock: Pick<Clock, 'now'>
  readonly randomBytes: (size: number) => Buffer
}

/** What opens accounts without an e-mail for wallets that paid, and makes their keys. */
export type AccountDoors = {
  readonly newId: () => string
  readonly openAccount: (accountId: string) => Promise<void>
  /** The same 32 random bytes give the key that is there already. */
  readonly newKey: (accountId: string, name?: string, random?: Buffer) => Promise<DoorKey>
  /** A key of the account that was made of these bytes; undefined where there is none. */
  readonly findKey: (accountId: string, random: Buffer) => Promise<DoorKey | undefined>
}

type DoorKey = { readonly keyId: string; readonly secret: string }

const UNLIMITED = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

/** The doors; an account that is there is left as it is. */
export const accountDoors = ({ appDatabase, subjects, ledger, ids, clock, randomBytes }: DoorParts): AccountDoors => ({
  newId: ids.uuid,
  openAccount: async (accountId) => {
    await subjects.create(accountId)
    await appDatabase.query(sql`
      insert into account (id, is_keyed, created_at) values (${accountId}::uuid, true, ${new Date(clock.now())}) on conflict do nothing`)
    await ledger.openAccount(accountId)
  },
  newKey: async (accountId, name = 'claimed', random = randomBytes(32)) => {
    const { key, secret } = await createKey(appDatabase, subjects, {
      ...{ id: ids.uuid(), accountId, name, limits: UNLIMITED, models: undefined, expiresAt: undefined },
      ...{ random, now: clock.now() },
    })
    return { keyId: key.id, secret }
  },
  findKey: async (accountId, random) => {
    const secret = mintSecret(random)
    const found = await findKeyByHash(appDatabase, hashKey(secret))
    return found?.accountId === accountId ? { keyId: found.keyId, secret } : undefined
  },
})
