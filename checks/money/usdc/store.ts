import { randomBytes, randomUUID } from 'node:crypto'
import { HDKey } from 'viem/accounts'
import { type MoneyStore, openMoneyStore } from '../../../src/control/testing.ts'
import { connect, type Database, sql } from '../../../src/db/index.ts'
import { openPaymentDesk, type PaymentDesk } from '../../../src/payments/index.ts'
import { type AddressTree, openAddressTree } from '../../../src/payments/rails/usdc/index.ts'
import { type Keyring, keyringOf } from '../../../src/privacy/index.ts'

/** A real database with a real ledger and desk, and a wallet whose private part stays here. */
export type UsdcStore = {
  readonly money: Pick<MoneyStore, 'ledger' | 'subjects' | 'newCustomer'>
  /** With the role farebox_app. */
  readonly database: Database
  readonly keyring: Keyring
  readonly desk: PaymentDesk
  readonly tree: AddressTree
  readonly clock: { at: number; readonly now: () => number; readonly monotonic: () => number }
  /** Takes away all addresses and deposits, so that a new history begins. */
  readonly forget: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens a store. */
export async function openUsdcStore(): Promise<UsdcStore> {
  const money = await openMoneyStore()
  const database = connect({ connection: money.connection, role: 'farebox_app', poolMax: 8 })
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const clock = { at: Date.parse('2026-11-26T12:00:00Z'), now: () => clock.at, monotonic: () => clock.at }
  const ids = { uuid: () => randomUUID() }
  const desk = openPaymentDesk({
    ...{ database, ledger: money.ledger, keyring, subjects: money.subjects, ids, clock },
    ...{ log: () => undefined, onPaid: [], fulfillers: {} },
  })
  return {
    ...{ money, database, keyring, desk, clock },
    tree: await openAddressTree(makeXpub()),
    forget: async () => {
      await money.ownerDatabase.query(sql`truncate usdc_deposit, usdc_address, usdc_xpub, usdc_chain, usdc_claim`)
    },
    close: async () => {
      await database.end()
      await money.drop()
    },
  }
}

/** The xpub of a new wallet, at m/44'/60'/0'. */
export const makeXpub = (seed: Uint8Array = randomBytes(32)): string => HDKey.fromMasterSeed(seed).derive("m/44'/60'/0'").publicExtendedKey
