import { randomBytes, randomUUID } from 'node:crypto'
import { type MoneyStore, openMoneyStore } from '../../../src/control/testing.ts'
import { connect, type Database } from '../../../src/db/index.ts'
import type { LogEvent } from '../../../src/lib/index.ts'
import {
  openPaymentDesk,
  openStripeApi,
  openStripeRail,
  type PaymentDesk,
  type PaymentParts,
  type RefundPolicy,
  type StripeApi,
  type StripeRail,
} from '../../../src/payments/index.ts'
import { type Keyring, keyringOf, type SubjectKeys } from '../../../src/privacy/index.ts'

/** Where a Stripe is, and what it is spoken to with. */
export type StripePlace = { readonly baseUrl: string; readonly secretKey: string; readonly webhookSecret: string }

/** What of the rail is to be another than usual; `wrapApi` and databases that break put faults between the rail and the world. */
export type RailManner = {
  readonly refunds?: RefundPolicy
  readonly isTaxed?: boolean
  readonly isRedacting?: boolean
  readonly wrapApi?: (api: StripeApi) => StripeApi
  readonly database?: Database
  readonly ledger?: MoneyStore['ledger']
  /** What gives what was paid for; nothing does without it. */
  readonly fulfillers?: PaymentParts['fulfillers']
}

/** A rail with all that it stands on; `clock.at` in milliseconds moves it. */
export type RailWorld = {
  readonly store: MoneyStore
  readonly database: Database
  readonly keyring: Keyring
  readonly subjects: SubjectKeys
  readonly clock: { at: number }
  readonly logged: LogEvent[]
  readonly letters: { readonly template: string; readonly to: string }[]
  readonly open: (manner?: RailManner) => { readonly rail: StripeRail; readonly desk: PaymentDesk }
  readonly close: () => Promise<void>
}

/** Makes a world around a Stripe; the clock is shared with it. A store that is given stays open. */
export async function openRailWorld(place: StripePlace, clock: { at: number }, given?: MoneyStore): Promise<RailWorld> {
  const store = given ?? (await openMoneyStore())
  const database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 10 })
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const [logged, letters]: [LogEvent[], RailWorld['letters'][number][]] = [[], []]
  const shared = {
    ...{
      keyring,
      subjects: store.subjects,
      ids: { uuid: () => randomUUID() },
      clock: { now: () => clock.at },
      log: (entry: LogEvent) => void logged.push(entry),
    },
    ...{ publicUrl: 'https://shop.example', service: 'Shop', emailOf: async (id: string) => `${id}@people.example` },
    mailer: { send: async (template: string, to: string) => void letters.push({ template, to }) },
    rules: { minimumTopup: 1_000_000_000n, maximumTopup: 10_000_000_000_000n },
  }
  const open = (manner: RailManner = {}) => {
    const on = { ...shared, database: manner.database ?? database, ledger: manner.ledger ?? store.ledger }
    const { isTaxed = false, isRedacting = false, refunds = { kind: 'case_by_case' } } = manner
    const desk = openPaymentDesk({ ...on, onPaid: [], fulfillers: manner.fulfillers ?? {} })
    const { baseUrl: apiBase, secretKey, webhookSecret } = place
    const api = openStripeApi({ secretKey, webhookSecret, apiBase, retries: 0 })
    const settings = { secretKey, webhookSecret, isTaxed, isRedacting, apiBase }
    const rail = openStripeRail({ ...on, desk, settings, refunds, api: manner.wrapApi?.(api) ?? api })
    if (rail === undefined) throw new TypeError('a rail with both secrets is there')
    return { rail, desk }
  }
  const close = async (): Promise<void> => {
    await database.end()
    if (given === undefined) await store.drop()
  }
  return { store, database, keyring, subjects: store.subjects, clock, logged, letters, open, close }
}
