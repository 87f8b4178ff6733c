import { FailureError, fail } from '../../../failures.ts'
import { errorCode } from '../../../lib/index.ts'
import type { Deposit } from './deposit-record.ts'
import { takeStep } from './deposit-store.ts'
import { findAsked } from './orders.ts'
import { USDC_RAIL, type UsdcParts } from './parts.ts'
import { problemRef } from './waiting-deposits.ts'

/** What a deposit is carried out with. */
export type CarryOut = Pick<UsdcParts, 'database' | 'desk' | 'ledger' | 'clock' | 'log'>

/**
 * Does in the books, or in the operator's queue, what the state of a deposit says, and notes that it is done. As often as it is called it has
 * the effect of once. What the books refuse for good becomes a problem; what fails otherwise is tried again at the next reading.
 */
export async function carryOut(parts: CarryOut, deposit: Deposit): Promise<void> {
  if (deposit.isDone || deposit.state === 'pending') return
  try {
    if (deposit.state === 'problem') await tellProblem(parts, deposit)
    else await book(parts, deposit)
    await takeStep(parts.database, deposit, { from: deposit.state, to: deposit.state, isDone: true, now: parts.clock.now() })
  } catch (thrown) {
    if (isForGood(thrown) && deposit.state !== 'problem') {
      const now = parts.clock.now()
      await takeStep(parts.database, deposit, { from: deposit.state, to: 'problem', problem: 'not_booked', isDone: false, now })
      return
    }
    parts.log({ event: 'usdc-not-booked', chain: deposit.chainId, code: errorCode(thrown) })
  }
}

/** The operator finds the transfer on the chain by its block and amount; neither transaction nor sender is told to the queue. */
async function tellProblem({ desk }: CarryOut, deposit: Deposit): Promise<void> {
  const { accountId, amount, problem } = deposit
  await desk.problem({ rail: USDC_RAIL, ref: problemRef(deposit), code: problem ?? 'not_booked', accountId, amount })
}

async function book({ database, desk, ledger, clock }: CarryOut, { accountId, amount, externalId, state }: Deposit): Promise<void> {
  if (accountId === undefined || amount === undefined) fail('account_unknown')
  const paymentId = await findAsked(database, { accountId, amount, now: clock.now() })
  await desk.settle({ rail: USDC_RAIL, externalId, accountId, amount, paymentId })
  // What was credited early is in the books before it is taken back, also where a crash came between.
  if (state === 'withdrawn')
    await ledger.chargeBack({ accountId, amount, sourceKey: `${USDC_RAIL}-reorg:${externalId}`, reason: 'the chain took the deposit back' })
  if (state === 'withdrawn') await desk.takenBack(USDC_RAIL, externalId)
}

const FOR_GOOD: readonly string[] = ['account_unknown', 'amount_invalid', 'payment_mismatch', 'idempotency_conflict']

/** Refusals that no later try changes. */
const isForGood = (thrown: unknown): boolean => thrown instanceof FailureError && FOR_GOOD.includes(thrown.failure.code)
