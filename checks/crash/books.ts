import type { CheckContext } from '../harness/index.ts'
import { type Customer, costOf, nanoOf, type UsageRow } from '../operator.ts'
import { until } from '../parallel.ts'
import type { World } from '../world.ts'
import type { Ride } from './load.ts'

/** What the customers of a load were given, and what became of their calls. */
export type Audited = {
  readonly world: Pick<World, 'operator'>
  readonly customers: readonly Customer[]
  /** What each customer was given, in nano-USD. */
  readonly credit: bigint
  readonly rides: readonly Ride[]
  /** Whether a full answer may be missing in the books; for answers whose only witnesses died together. */
  readonly mayBeLost?: (ride: Ride) => boolean
  /** What else is known of an answer that is not billed, for who looks for the cause. */
  readonly circumstances?: (ride: Ride) => string
  /** Milliseconds to wait for the last settlements. Default 20,000. */
  readonly settledMsMax?: number
}

/** What the audit counted. */
export type Audit = { readonly rows: number; readonly full: number; readonly lost: number }

const SETTLED_MS_MAX = 20_000

/**
 * Compares what clients got with what they were charged: every full answer is billed once and none twice, no call costs more than its
 * hold, each customer has what is left of the credit, and the books agree with themselves.
 */
export async function auditBooks(context: CheckContext, audited: Audited): Promise<Audit> {
  const { world, customers, credit, rides, mayBeLost = () => false, circumstances = () => '' } = audited
  const rows = await settledRows(audited)
  const byId = Map.groupBy(rows, (row) => row.request_id)
  for (const [id, own] of byId) context.expect(own.length === 1, `request ${id} has ${own.length} usage rows`)
  const full = rides.filter(({ isFull }) => isFull)
  const unbilled = full.filter((ride) => !isBilled(byId.get(ride.requestId)?.[0]))
  const missing = unbilled.filter((ride) => !mayBeLost(ride))
  if (missing.length > 0) {
    const [first] = missing
    const row = byId.get(first?.requestId ?? '')?.[0]
    const all = [...new Set(missing.map(circumstances))].join('; ')
    context.fail(
      `${missing.length} full answers were not billed in full, such as ${first?.requestId} ${JSON.stringify(row ?? 'without a row')} ${all}`.trim(),
    )
  }
  for (const row of rows) context.expect(nanoOf(row.cost) <= nanoOf(row.hold), `request ${row.request_id} cost more than its hold`)
  for (const customer of customers) {
    const { available, held } = await world.operator.balance(customer.id)
    const charged = costOf(await world.operator.usage(customer.id))
    context.expect(available + held === credit - charged, `${available} + ${held} left of ${credit} after charges of ${charged}`)
  }
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  return { rows: rows.length, full: full.length, lost: unbilled.length - missing.length }
}

const isBilled = (row: UsageRow | undefined): boolean => row !== undefined && row.outcome === 'completed' && nanoOf(row.cost) > 0n

/** All rows of all customers, once every full answer has one or the time for settling is over. */
async function settledRows({
  world,
  customers,
  rides,
  mayBeLost = () => false,
  settledMsMax = SETTLED_MS_MAX,
}: Audited): Promise<readonly UsageRow[]> {
  const wanted = rides.filter((ride) => ride.isFull && !mayBeLost(ride)).map(({ requestId }) => requestId)
  return await until(
    async () => (await Promise.all(customers.map(({ id }) => world.operator.usage(id)))).flat(),
    (rows) => {
      const known = new Set(rows.map((row) => row.request_id))
      return wanted.every((id) => known.has(id))
    },
    settledMsMax,
  )
}
