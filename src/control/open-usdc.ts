import { randomBytes } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { createKey } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import { type ClaimDoors, ExtendedKeyError, openUsdcRail, type PaymentDesk, type UsdcRail, type UsdcSettings } from '../payments/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What USDC is taken with; `service` is what customers call it, `file` where the settings were written. */
export type OpenUsdcOptions = {
  readonly settings: UsdcSettings | undefined
  readonly file: string
  readonly service: string
  readonly nodeId: string
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly desk: PaymentDesk
  readonly keyring: Keyring
  readonly subjects: SubjectKeys
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** The rail, and what reads its chains until it is stopped. */
export type OpenedUsdc = { readonly rail: UsdcRail; readonly start: () => RunningJobs }

/** Opens the rail if it is configured. Throws ConfigRefusedError for an xpub that cannot be used. */
export async function openUsdc(options: OpenUsdcOptions): Promise<OpenedUsdc | undefined> {
  const { settings, appDatabase, nodeId, log } = options
  if (settings === undefined) return undefined
  const stopping = new AbortController()
  const { ledger, desk, keyring, subjects, clock, service } = options
  const rail = await openUsdcRail({
    ...{ settings, ledger, desk, keyring, subjects, clock, service, log },
    ...{ database: appDatabase, node: nodeId, doors: doorsOf(options), stopped: stopping.signal },
  }).catch((thrown: unknown) => refuse(options.file, thrown))
  const read = async (): Promise<void> => void (await rail.read())
  return {
    rail,
    start: () => {
      const reading = repeat(read, { waitMs: rail.pollMs, onFailed: (thrown) => log({ event: 'usdc-unread', code: errorCode(thrown) }) })
      return {
        stop: async () => {
          stopping.abort()
          await reading.stop()
        },
      }
    },
  }
}

function refuse(file: string, thrown: unknown): never {
  if (!(thrown instanceof ExtendedKeyError)) throw thrown
  const told = { expected: 'an extended public key (xpub…)', got: '(hidden)', mend: thrown.message }
  throw new ConfigRefusedError([{ file, line: 0, column: 0, path: 'payments.usdc.xpub', ...told }])
}

const UNLIMITED = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }

/** What a claim opens: an account without an e-mail, and its first key. */
const doorsOf = ({ appDatabase, subjects, ledger, ids, clock }: OpenUsdcOptions): ClaimDoors => ({
  newId: ids.uuid,
  openAccount: async (accountId) => {
    await subjects.create(accountId)
    await appDatabase.query(sql`
      insert into account (id, is_keyed, created_at) values (${accountId}::uuid, true, ${new Date(clock.now())}) on conflict do nothing`)
    await ledger.openAccount(accountId)
  },
  newKey: async (accountId) => {
    const { key, secret } = await createKey(appDatabase, subjects, {
      ...{ id: ids.uuid(), accountId, name: 'claimed', limits: UNLIMITED, models: undefined, expiresAt: undefined },
      ...{ random: randomBytes(32), now: clock.now() },
    })
    return { keyId: key.id, secret }
  },
})
