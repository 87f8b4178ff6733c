import { randomUUID } from 'node:crypto'
import type { SimTx } from '../../../sim/index.ts'
import { type Database, sql } from '../../../src/db/index.ts'
import { FailureError } from '../../../src/failures.ts'
import type { NanoUsd } from '../../../src/lib/index.ts'
import { openRefundDesk, type RefundDesk, type RefundParts } from '../../../src/payments/index.ts'
import { openUsdcWorld, PAYER, type UsdcStore, type UsdcWorld } from '../usdc/index.ts'

/** A chain with deposits, and a desk of refunds on it. */
export type RefundWorld = {
  readonly usdc: UsdcWorld
  readonly parts: RefundParts
  readonly desk: RefundDesk
  /** A desk of a process whose database, or whose books, fail. */
  readonly deskOn: (failing: Partial<Pick<RefundParts, 'database' | 'ledger'>>) => RefundDesk
  /** An account with a final deposit of so many units, and its payment. */
  readonly newPayment: (units: bigint) => Promise<{ readonly accountId: string; readonly paymentId: string }>
  /** Asks, as the operator does, and carries it on. */
  readonly ask: (paymentId: string, amount: NanoUsd, desk?: RefundDesk) => Promise<string>
  /** Sends so many units to an address, in a block of their own that is final when `settle` says so. */
  readonly send: (to: string, units: bigint, from?: string) => SimTx
}

/** The service that refunds are of. */
export const SERVICE = 'Example'

/** Opens a world on a store; blocks say the time of its clock. */
export async function openRefundWorld(store: UsdcStore, options: Partial<RefundParts> = {}): Promise<RefundWorld> {
  const usdc = openUsdcWorld(store, { times: { startSeconds: Math.floor(store.clock.at / 1000), blockSeconds: 2 } })
  await usdc.read()
  const { database, keyring, desk: payments, clock, money } = store
  const parts: RefundParts = {
    ...{ database, keyring, clock, desk: payments, ledger: money.ledger, sealing: money.subjects, policy: { kind: 'case_by_case' } },
    ...{ chains: new Map([[8453, usdc.parts]]), callChain: undefined, btcpay: undefined, sanctions: usdc.parts.sanctions },
    ...{ service: SERVICE, ids: { uuid: () => randomUUID() }, log: () => undefined, ...options },
  }
  const desk = openRefundDesk(parts)
  return {
    ...{ usdc, parts, desk, deskOn: (failing) => openRefundDesk({ ...parts, ...failing }) },
    newPayment: async (units) => {
      const { accountId, address } = await usdc.newAccount()
      usdc.chain.mine([usdc.chain.tx([usdc.pay(address, units)])])
      usdc.settle(2)
      await usdc.read()
      const [row] = await database.query<{ id: string }>(sql`select id from payment where account_id = ${accountId}::uuid`)
      if (row === undefined) throw new TypeError('a deposit made no payment')
      return { accountId, paymentId: row.id }
    },
    ask: async (paymentId, amount, on = desk) => {
      const { id } = await database.transaction((tx) => on.ask(tx, { paymentId, amount, by: 'operator' }))
      await on.carryOn(id)
      return id
    },
    send: (to, units, from = PAYER) => {
      const tx = usdc.chain.tx([usdc.pay(to, units, from)])
      usdc.chain.mine([tx])
      return tx
    },
  }
}

/** The code that something fails with; "nothing" where it does not. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'nothing'
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure.code
    throw thrown
  }
}

/** What an account had, has, spent, and has on its way out, all in nano-USD; a promise is broken where it does not add up. */
export async function explainRefunds(database: Database, accountId: string, spent: NanoUsd = 0n): Promise<string | undefined> {
  const [sums] = await database.query<Record<'paid' | 'available' | 'gone' | 'done' | 'marked' | 'open', NanoUsd>>(sql`
    select (select coalesce(sum(amount), 0) from payment where account_id = ${accountId}::uuid and transfer_id is not null)::bigint as paid,
      (select available from balance where account_id = ${accountId}::uuid) as available,
      (select coalesce(sum(taken_back), 0) from payment where account_id = ${accountId}::uuid)::bigint as marked,
      (select coalesce(sum(amount), 0) from rail_refund where account_id = ${accountId}::uuid and state in ('taken', 'sent', 'done'))::bigint as gone,
      (select coalesce(sum(amount), 0) from rail_refund where account_id = ${accountId}::uuid and state = 'done')::bigint as done,
      (select count(*) from rail_refund where account_id = ${accountId}::uuid
        and (state = 'asked' or (state = 'cancelled' and return_id is null)))::bigint as open`)
  if (sums === undefined) return 'there is no account'
  const { paid, available, gone, done, marked, open } = sums
  if (open !== 0n) return `${open} refunds stand where nobody carries them on`
  if (available + gone + spent !== paid) return `${available} left, ${gone} gone and ${spent} spent are not ${paid} paid`
  if (done > paid) return `${done} went back of ${paid} paid`
  return marked === gone ? undefined : `the payment says that ${marked} is gone, and ${gone} is`
}
