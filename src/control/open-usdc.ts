import { randomBytes } from 'node:crypto'
import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import { ExtendedKeyError, openUsdcRail, type PaymentDesk, type UsdcRail, type UsdcSettings } from '../payments/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { accountDoors } from './account-doors.ts'
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
    ...{ database: appDatabase, node: nodeId, doors: accountDoors({ ...options, randomBytes }), stopped: stopping.signal },
  }).catch((thrown: unknown) => refuse(options.file, thrown))
  const read = async (): Promise<void> => void (await rail.read())
  return {
    rail,
    start: () => {
      const reading = repeat(read, {
        name: 'usdc.read',
        waitMs: rail.pollMs,
        onFailed: (thrown) => log({ event: 'usdc-unread', code: errorCode(thrown) }),
      })
      return {
        ...reading,
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
