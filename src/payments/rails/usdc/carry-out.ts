import { FailureError, fail } from '../../../failures.ts'
import { errorCode } from '../../../lib/index.ts'
import type { Deposit } from './deposit-record.ts'
import { takeStep } from './deposit-store.ts'
import { USDC_RAIL, type UsdcParts } from './parts.ts'

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

async function tellProblem({ desk }: CarryOut, deposit: Deposit): Promise<void> {
  const { accountId, amount, externalId } = deposit
  await desk.problem({
    ...{ rail: USDC_RAIL, ref: externalId, code: deposit.problem ?? 'not_booked', currency: 'USD' },
    ...(accountId !== undefined && { accountId }),
    ...(amount !== undefined && { amount }),
  })
}

async function book({ desk, ledger }: CarryOut, deposit: Deposit): Promise<void> {
  const { accountId, amount, externalId, state } = deposit
  if (accountId === undefined || amount === undefined) fail('account_unknown')
  await desk.settle({ rail: USDC_RAIL, externalId, accountId, amount, currency: 'USD' })
  // What was credited early is in the books before it is taken back, also where a crash came between.
  if (state === 'withdrawn')
    await ledger.chargeBack({ accountId, amount, sourceKey: `${USDC_RAIL}-reorg:${externalId}`, reason: 'the chain took the deposit back' })
}

/** Refusals that no later try changes. */
const isForGood = (thrown: unknown): boolean =>
  thrown instanceof FailureError && ['account_unknown', 'amount_invalid', 'idempotency_conflict'].includes(thrown.failure.code)
