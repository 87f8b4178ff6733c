import { stopTestServer } from '../../../src/db/testing.ts'
import { FailureError } from '../../../src/failures.ts'
import { listPools, listSeats, subscribeSeats } from '../../../src/plans/index.ts'
import { openPlanKit, type PlanKit, SEAT_PRICE, USD } from '../../../src/plans/testing.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'

const BEGAN = Date.parse('2026-03-01T00:00:00Z')
const BUYERS = 20
const CREDIT = 100n * USD

/** PLN-01: twenty who want the last seat of a pool at the same time: one has it, the others are told and have all their money; over and over. */
export async function seats(context: CheckContext): Promise<Measured> {
  const kit = await openPlanKit(BEGAN)
  try {
    const accounts = await Promise.all(Array.from({ length: BUYERS }, () => kit.newAccount(0n)))
    for (let round = 0; round < context.n; round += 1) {
      await buyTheLast(context, kit, { accounts, round })
      if (round % 20 === 19) context.progress(`${round + 1} of ${context.n} rounds`)
    }
    const { ok, problems } = await kit.ledger.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: context.n, measured: { buyers: BUYERS, sold: context.n } }
  } finally {
    await kit.drop()
    await stopTestServer()
  }
}

type Round = { readonly accounts: readonly string[]; readonly round: number }

async function buyTheLast(context: CheckContext, kit: PlanKit, { accounts, round }: Round): Promise<void> {
  const poolId = await kit.newPool(`pool-${round}`, { europe: 1 })
  await Promise.all(accounts.map((accountId) => fillUp(kit, accountId)))
  const before = (await listPools(kit.parts)).etag
  const order = { poolId, blocks: ['europe'], quantity: 1, months: 1 } as const
  const told = await Promise.allSettled(accounts.map((accountId) => subscribeSeats(kit.parts, { ...order, accountId })))
  const codes = told.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []))
  context.expect(codes.length === BUYERS - 1, `round ${round}: ${BUYERS - codes.length} of ${BUYERS} have the last seat`)
  for (const code of codes) context.expect(code === 'seats_sold_out', `round ${round}: somebody was told ${code}`)
  const taken = await listSeats(kit.database, poolId)
  context.expect(taken.length === 1, `round ${round}: ${taken.length} seats are sold of 1`)
  for (const accountId of accounts) {
    const has = CREDIT - (taken.some((seat) => seat.account_id === accountId) ? SEAT_PRICE : 0n)
    const available = await kit.available(accountId)
    context.expect(available === has, `round ${round}: a buyer has ${available} and should have ${has}`)
  }
  context.expect((await listPools(kit.parts)).etag !== before, `round ${round}: what is shown of pools did not change`)
}

async function fillUp(kit: PlanKit, accountId: string): Promise<void> {
  const lacking = CREDIT - (await kit.available(accountId))
  if (lacking > 0n) await kit.give(accountId, lacking)
}

const codeOf = (thrown: unknown): string => (thrown instanceof FailureError ? thrown.failure.code : String(thrown))
