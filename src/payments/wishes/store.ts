import { type Database, type Sql, sql } from '../../db/index.ts'
import { isUuid } from '../../lib/index.ts'
import { type RefundWish, WISH_COLUMNS, type WishRow, wishOf } from './wish.ts'

const select = async (database: Database, where: Sql): Promise<readonly RefundWish[]> =>
  (await database.query<WishRow>(sql`select ${WISH_COLUMNS} from refund_wish where ${where}`)).map(wishOf)

/** Writes a wish that somebody is to decide on. */
export async function insertWish(
  tx: Database,
  { id, accountId, paymentId, amount, askedAt }: Pick<RefundWish, 'id' | 'accountId' | 'paymentId' | 'amount' | 'askedAt'>,
): Promise<void> {
  await tx.query(sql`
    insert into refund_wish (id, account_id, payment_id, amount, state, asked_at)
    values (${id}::uuid, ${accountId}::uuid, ${paymentId}::uuid, ${amount}::bigint, 'open', ${askedAt}::timestamptz)`)
}

/** A wish by its id; undefined where there is none. */
export const findWish = async (database: Database, id: string): Promise<RefundWish | undefined> =>
  isUuid(id) ? (await select(database, sql`id = ${id}::uuid`))[0] : undefined

/** Wishes that wait for a decision, the oldest first; the last ones of all where `isAll`. */
export const listWishes = (
  database: Database,
  { isAll, limit }: { readonly isAll: boolean; readonly limit: number },
): Promise<readonly RefundWish[]> =>
  isAll
    ? select(database, sql`true order by asked_at desc, id limit ${limit}`)
    : select(database, sql`state = 'open' order by asked_at, id limit ${limit}`)

/** The last wish for each payment of an account, by its payment. */
export async function lastWishesOf(database: Database, accountId: string): Promise<ReadonlyMap<string, RefundWish>> {
  const wishes = await select(database, sql`account_id = ${accountId}::uuid order by asked_at, id`)
  return new Map(wishes.map((wish) => [wish.paymentId, wish]))
}

/** How many wishes wait, and since when the oldest does. */
export async function countWishes(database: Database): Promise<{ readonly open: number; readonly since: Date | undefined }> {
  const [row] = await database.query<{ open: number; since: Date | null }>(sql`
    select count(*)::integer as open, min(asked_at) as since from refund_wish where state = 'open'`)
  return { open: row?.open ?? 0, since: row?.since ?? undefined }
}

/** How a wish was decided. */
export type Decision = { readonly decidedAt: Date } & (
  | { readonly state: 'accepted'; readonly refundId: string }
  | { readonly state: 'declined'; readonly reasonSealed: Buffer }
)

/** Decides on a wish; false where it was decided before. */
export async function decideWish(tx: Database, id: string, decision: Decision): Promise<boolean> {
  const refundId = decision.state === 'accepted' ? decision.refundId : null
  const reasonSealed = decision.state === 'declined' ? decision.reasonSealed : null
  const rows = await tx.query(sql`
    update refund_wish set state = ${decision.state}, decided_at = ${decision.decidedAt}::timestamptz, refund_id = ${refundId}::uuid,
      reason_sealed = ${reasonSealed}::bytea
    where id = ${id}::uuid and state = 'open' returning id`)
  return rows.length > 0
}
