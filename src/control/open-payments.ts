import { readPaymentSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, errorCode, type Ids, type Log } from '../lib/index.ts'
import { openPaymentDesk, type PaymentDesk, type PaymentParts, type PaymentSettings } from '../payments/index.ts'
import type { Keyring } from '../privacy/index.ts'
import { type RunningJobs, repeat } from './repeat.ts'

/** What payments are opened with; `appDatabase` has the role farebox_app. */
export type OpenPaymentsOptions = {
  readonly config: Config
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly keyring: Keyring
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** What gives what was bought, by the kind of purpose. */
  readonly fulfillers: PaymentParts['fulfillers']
}

/** Payments: what takes them, by which rules, and what carries them on beside the calls. */
export type OpenedPayments = {
  readonly desk: PaymentDesk
  readonly settings: PaymentSettings
  readonly start: () => RunningJobs
}

const FINISH_MS = 15_000

/** Opens the desk of payments and the rails that are configured. Throws ConfigRefusedError. */
export function openPayments(options: OpenPaymentsOptions): OpenedPayments {
  const { config, appDatabase: database, ledger, keyring, clock, ids, log } = options
  const settings = readPaymentSettings(config, processEnvironment())
  const desk = openPaymentDesk({ database, ledger, keyring, clock, ids, log, onPaid: [], fulfillers: options.fulfillers })
  const finish = async (): Promise<void> => void (await desk.finish())
  return {
    ...{ desk, settings },
    start: () =>
      repeat(finish, { waitMs: FINISH_MS, onFailed: (thrown) => log({ event: 'payments-unfinished', code: errorCode(thrown) }) }),
  }
}
