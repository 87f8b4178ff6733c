import type { Database } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { Ledger } from '../ledger/index.ts'
import { errorCode, type Ids, type Log, type NanoUsd } from '../lib/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import type { Payment, PaymentPurpose, RailName } from './payment.ts'
import { noteProblem } from './problems.ts'
import {
  findByExternalKey,
  findPayment,
  insertPayment,
  listUnfinished,
  markPaid,
  noteRef,
  noteTakenBack,
  type Paid,
  takeStep,
} from './store.ts'

/**
 * What is done with a payment whose deposit is in the journal, exactly once by its own source keys, as it may be called again: undefined when
 * it is done, else a code that says why what was bought was not given; the money then stays on the balance.
 */
export type PaidStep = (payment: Payment, deposit: { readonly transferId: string }) => Promise<string | undefined>

/** What the desk works with; `database` has the role farebox_app. */
export type PaymentParts = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'deposit'>
  readonly keyring: Pick<Keyring, 'derive' | 'seal' | 'unseal'>
  readonly subjects: Pick<SubjectKeys, 'seal' | 'unseal'>
  readonly ids: Ids
  readonly clock: { readonly now: () => number }
  readonly log: Log
  /** Done for every payment, such as a bonus. */
  readonly onPaid: readonly PaidStep[]
  /** What gives what was bought, by the kind of purpose. */
  readonly fulfillers: Partial<Readonly<Record<PaymentPurpose['kind'], PaidStep>>>
}

/** Somebody who wants to pay, or money that arrives unasked; `amount` in nano-USD. */
export type Opening = {
  readonly accountId: string
  readonly rail: RailName
  readonly purpose: PaymentPurpose
  readonly amount: NanoUsd
  readonly railRef?: string
  readonly expiresAt?: Date
  /** Given where the same asking may come twice. */
  readonly id?: string
}

/**
 * Money that a rail has for sure: `externalId` is what the rail knows it by, in one spelling. Without `paymentId` it came unasked and tops up
 * the balance.
 */
export type Arrival = {
  readonly rail: RailName
  readonly externalId: string
  readonly accountId: string
  readonly amount: NanoUsd
  readonly paymentId?: string | undefined
}

/** Whether the money was new. */
export type Settled = { readonly outcome: 'settled' | 'repeated'; readonly payment: Payment }

/** A problem for the operator's queue; `ref` is what the rail calls it. */
export type Trouble = {
  readonly rail: RailName
  readonly code: string
  readonly ref: string
  readonly accountId?: string | undefined
  readonly amount?: NanoUsd | undefined
}

/** Where outside money becomes a transfer, once for each payment of a rail. */
export type PaymentDesk = {
  readonly open: (opening: Opening) => Promise<Payment>
  /** Notes what the rail calls an open payment, which has one name for good; false where it has another, or is over. */
  readonly noteRef: (id: string, railRef: string) => Promise<boolean>
  /** The money was seen and is not final yet. */
  readonly pending: (id: string) => Promise<void>
  /** Ends a payment for which no money came; `outcome` is a code. */
  readonly fail: (id: string, how: 'failed' | 'expired', outcome: string) => Promise<void>
  /** Marks a settled payment as given back or taken back. */
  readonly mark: (id: string, how: 'refunded' | 'disputed' | 'settled') => Promise<void>
  /** Notes that money of a rail was taken back whole, by what the rail knows it by; the books are the rail's to tell. */
  readonly takenBack: (rail: RailName, externalId: string) => Promise<void>
  /** Credits what a rail has, and does what comes with it. Fails with amount_invalid, account_unknown, payment_mismatch, idempotency_conflict. */
  readonly settle: (arrival: Arrival) => Promise<Settled>
  /** Puts something into the operator's queue; nothing is credited. Returns whether it is new there. */
  readonly problem: (trouble: Trouble) => Promise<boolean>
  /** What money of a rail is known by in the journal, so that no name of outside is kept there. */
  readonly externalKey: (rail: RailName, externalId: string) => string
  /** Does what a crash left undone of payments whose deposit is made. Returns how many. */
  readonly finish: () => Promise<number>
}

const UNFINISHED_MS = 60_000
const FINISHED_MAX = 100

/** Opens the desk. */
export function openPaymentDesk(parts: PaymentParts): PaymentDesk {
  const { database, keyring, ids, clock, log } = parts
  const at = (): Date => new Date(clock.now())
  const externalKey = (rail: RailName, externalId: string): string =>
    keyring.derive('payment-external', Buffer.from(`${rail}\n${externalId}`)).toString('hex')
  const open = (opening: Opening): Promise<Payment> => insertPayment(database, { id: ids.uuid(), ...opening, createdAt: at() })
  return {
    open,
    externalKey,
    noteRef: (id, railRef) => noteRef(database, id, railRef),
    pending: async (id) => void (await takeStep(database, id, { from: ['open'], to: 'pending', at: at() })),
    fail: async (id, how, outcome) => void (await takeStep(database, id, { from: ['open', 'pending'], to: how, outcome, at: at() })),
    mark: async (id, how) => void (await takeStep(database, id, { from: ['settled', 'refunded', 'disputed'], to: how, at: at() })),
    takenBack: (rail, externalId) => noteTakenBack(database, rail, externalKey(rail, externalId)),
    settle: async (arrival) => {
      const key = externalKey(arrival.rail, arrival.externalId)
      const known = await findByExternalKey(database, arrival.rail, key)
      const payment = known ?? (await paymentFor(parts, { arrival, key, open }))
      requireSame(payment, arrival)
      const { transferId } = await parts.ledger.deposit({ ...arrival, externalKey: key })
      const paid = { amount: arrival.amount, externalKey: key, transferId, at: at() }
      await markPaid(database, payment.id, paid)
      const id = await ownPayment(parts, { payment, arrival, key, open, paid })
      return { outcome: known === undefined ? 'settled' : 'repeated', payment: await complete(parts, id, at()) }
    },
    problem: (trouble) =>
      noteProblem(database, parts, { ...trouble, id: ids.uuid(), externalKey: externalKey(trouble.rail, trouble.ref), at: at() }),
    finish: async () => {
      const left = await listUnfinished(database, new Date(clock.now() - UNFINISHED_MS), FINISHED_MAX)
      for (const { id } of left) {
        await complete(parts, id, at()).catch((thrown: unknown) =>
          log({ event: 'payment-unfinished', payment: id, code: errorCode(thrown) }),
        )
      }
      return left.length
    },
  }
}

type Unmatched = { readonly arrival: Arrival; readonly key: string; readonly open: (opening: Opening) => Promise<Payment> }

/** The payment that money belongs to: the one it was asked for with, or a new one for what came unasked. */
async function paymentFor({ database }: PaymentParts, { arrival, key, open }: Unmatched): Promise<Payment> {
  const { accountId, rail, amount, paymentId } = arrival
  const asked = paymentId === undefined ? undefined : await findPayment(database, paymentId)
  if (asked !== undefined && asked.transferId === undefined) return asked
  // Whoever tells the same money meanwhile has made it known by now; other money of a payment that is paid tops up.
  const known = asked && (await findByExternalKey(database, rail, key))
  if (known !== undefined) return known
  return await open({ id: uuidOf(key), accountId, rail, purpose: { kind: 'topup' }, amount })
}

type Booked = Unmatched & { readonly payment: Payment; readonly paid: Paid }

/** Money that was booked for a payment which other money had paid by then is a payment of its own, and tops up. */
async function ownPayment({ database }: PaymentParts, { payment, arrival, key, open, paid }: Booked): Promise<string> {
  const own = await findByExternalKey(database, arrival.rail, key)
  if (own !== undefined) return own.id
  const { accountId, rail, amount } = arrival
  const { id } = payment.id === uuidOf(key) ? payment : await open({ id: uuidOf(key), accountId, rail, purpose: { kind: 'topup' }, amount })
  await markPaid(database, id, paid)
  return id
}

/** An id that is the same for the same key. Source: RFC 9562 section 5.8 (2024-05), version 8. */
const uuidOf = (key: string): string =>
  `${key.slice(0, 8)}-${key.slice(8, 12)}-8${key.slice(13, 16)}-8${key.slice(17, 20)}-${key.slice(20, 32)}`

/** What was asked for with another account or on another rail is never completed. */
function requireSame(payment: Payment, arrival: Arrival): void {
  if (payment.rail !== arrival.rail || payment.accountId !== arrival.accountId) fail('payment_mismatch')
}

/** Does what comes with a deposit, then says that all is done; whatever of it was done before is not done again. */
async function complete(parts: PaymentParts, id: string, at: Date): Promise<Payment> {
  const payment = await findPayment(parts.database, id)
  if (payment?.transferId === undefined) throw new TypeError('a payment without a deposit cannot be completed')
  if (payment.state !== 'paid') return payment
  const deposit = { transferId: payment.transferId }
  for (const step of parts.onPaid) await step(payment, deposit)
  const outcome = await parts.fulfillers[payment.purpose.kind]?.(payment, deposit)
  await takeStep(parts.database, id, { from: ['paid'], to: 'settled', at, ...(outcome === undefined ? {} : { outcome }) })
  return (await findPayment(parts.database, id)) ?? payment
}
