import { randomBytes, randomUUID } from 'node:crypto'
import { accountDoors, type MoneyStore } from '../../../src/control/testing.ts'
import { connect, type Database } from '../../../src/db/index.ts'
import { openPaymentDesk, openX402Rail, type X402Rail, type X402Settings } from '../../../src/payments/index.ts'
import { type X402RailParts, x402SettingsOf } from '../../../src/payments/rails/x402/index.ts'
import { type Keyring, keyringOf } from '../../../src/privacy/index.ts'
import { PAY_TO } from './wallet.ts'

/** Settings for a facilitator of this machine. */
export const settingsFor = (facilitator: string): X402Settings => x402SettingsOf({ facilitator, pay_to: PAY_TO })

/** A rail on a store, with what it works with. */
export type TestRail = {
  readonly rail: X402Rail
  readonly database: Database
  readonly keyring: Keyring
  readonly close: () => Promise<void>
}

/** A facilitator's address, the time, and what the chain and the lists are asked with, where they are. */
export type TestRailOptions = Pick<X402RailParts, 'chain' | 'sanctions' | 'clock'> & { readonly url: string }

/** Opens a rail on a store; `clock` is its time. */
export function openTestRail(store: MoneyStore, { url, clock, ...more }: TestRailOptions): TestRail {
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const ids = { uuid: () => randomUUID() }
  const { ledger, subjects } = store
  const log = (): void => undefined
  const desk = openPaymentDesk({ database, ledger, keyring, subjects, ids, clock, log, onPaid: [], fulfillers: {} })
  const doors = accountDoors({ appDatabase: database, ledger, subjects, ids, clock, randomBytes })
  const rail = openX402Rail({
    settings: settingsFor(url),
    database,
    desk,
    keyring,
    subjects,
    doors,
    service: 'Farebox',
    clock,
    log,
    ...more,
  })
  return { rail, database, keyring, close: () => database.end() }
}
