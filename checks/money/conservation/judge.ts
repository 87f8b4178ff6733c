import { sql } from '../../../src/db/index.ts'
import { observe } from './observe.ts'
import type { Play } from './world.ts'

type Charged = {
  readonly request_id: string
  readonly account_id: string
  readonly cost: bigint
  readonly shortfall: bigint
  readonly hold: bigint
  readonly outcome: number
}

const GATEWAY_LOST = 7
/** What may not be logged in any history, as nothing in it is beyond what the books take. */
const NEVER_LOGGED = ['settlement-refused', 'release-refused', 'settlement-failed', 'readmit-failed', 'account-frozen']

/** Compares the end of a history with what its actors were told. Returns what does not hold, in words. */
export async function judge(play: Play): Promise<readonly string[]> {
  const problems = NEVER_LOGGED.filter((name) => play.events.some(({ event }) => event === name))
  const charged = await play.lane.store.database.query<Charged>(sql`
    select request_id, account_id, cost, shortfall, hold, outcome from usage_event
    where account_id = any(${play.customers.map(({ accountId }) => accountId)}::uuid[])`)
  return [...problems, ...(await judgeBalances(play, charged)), ...judgeCalls(play, charged)]
}

/** What each customer has less what it owes is what the operator was told of moves, less what its calls cost. */
async function judgeBalances(play: Play, charged: readonly Charged[]): Promise<readonly string[]> {
  const rows = await observe(play)
  return rows.flatMap(({ account_id, available, held, debt }) => {
    const moved = play.moved.filter(({ customer }) => customer.accountId === account_id).reduce((sum, { effect }) => sum + effect, 0n)
    const cost = charged.filter((row) => row.account_id === account_id).reduce((sum, row) => sum + row.cost, 0n)
    const isRight = available - debt === moved - cost && held === 0n
    return isRight ? [] : [`${available} available, ${held} held, ${debt} owed after moves of ${moved} and calls of ${cost}`]
  })
}

function judgeCalls(play: Play, charged: readonly Charged[]): readonly string[] {
  const { told, events } = play
  const isExact = !events.some(({ event }) => event === 'settlement-uncovered')
  const rows = new Map(charged.map((row) => [row.request_id, row]))
  const problems: string[] = rows.size === charged.length ? [] : ['a call was charged twice']
  for (const requestId of told.acknowledged) if (!rows.has(requestId)) problems.push('an acknowledged settlement is not in the books')
  for (const requestId of told.refused.keys()) if ((rows.get(requestId)?.cost ?? 0n) > 0n) problems.push('a refused call was charged')
  for (const [requestId, { hold }] of told.granted) {
    const row = rows.get(requestId)
    const price = told.settled.get(requestId)
    if (row === undefined || price === undefined || row.outcome === GATEWAY_LOST) continue
    if (row.cost + row.shortfall !== price) problems.push(`${row.cost} + ${row.shortfall} is not the price ${price}`)
    if (row.cost > hold) problems.push(`a call cost ${row.cost} of a hold of ${hold}`)
    if (isExact && row.cost !== (price < hold ? price : hold)) problems.push(`${row.cost} was paid of ${price} with ${hold} held`)
  }
  return problems
}
