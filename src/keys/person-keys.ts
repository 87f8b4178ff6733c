import { type Database, type Sql, sql } from '../db/index.ts'

/** Whose keys: those of the account that a person opened which nobody else made, and those that the person made anywhere; the person is undefined where nobody opened it. */
export type KeysOf = { readonly accountId: string; readonly personId: string | undefined }

/** How many keys work, with the newest few of them as people tell them apart. */
export type LeftKeys = { readonly count: number; readonly newest: readonly { readonly hint: string; readonly createdAt: Date }[] }

/** The keys of a person that work: those that manage accounts, and those that call models. */
export type KeysLeft = { readonly managing: LeftKeys; readonly calling: LeftKeys }

const SHOWN_MAX = 5

/** What still acts for a person when all their sessions have ended, at `now` (milliseconds). Keys of some minutes end with their session, and are none of it. */
export async function listKeysLeft(database: Database, of: KeysOf, now: number): Promise<KeysLeft> {
  return {
    managing: await leftIn(database, sql`select hint, created_at, id from management_key where ${isTheirs(of)}`),
    calling: await leftIn(
      database,
      sql`select hint, created_at, id from api_key
        where ${isTheirs(of)} and not is_temporary and (expires_at is null or expires_at > ${new Date(now)})`,
    ),
  }
}

/** Which keys of a person end, and when, in milliseconds. */
export type EndingKeys = KeysOf & { readonly since: number; readonly now: number }

/** Ends the keys of a person that were made, or got another secret, since a moment; gateways hear of it at commit. Resolves with how many. */
export async function endKeysSince(tx: Database, { since, now, ...of }: EndingKeys): Promise<number> {
  const [from, at] = [new Date(since), new Date(now)]
  const managing = await tx.query(sql`
    update management_key set revoked_at = ${at} where ${isTheirs(of)} and created_at >= ${from} returning 1`)
  // The secret before works at least until the moment of the rotation, so that no key is missed that was given another one since.
  const calling = await tx.query(sql`
    update api_key set revoked_at = ${at} where ${isTheirs(of)} and (created_at >= ${from} or old_until >= ${from}) returning 1`)
  return managing.length + calling.length
}

const isTheirs = ({ accountId, personId }: KeysOf): Sql =>
  sql`revoked_at is null and (made_by = ${personId ?? null}::uuid or (made_by is null and account_id = ${accountId}::uuid))`

type Row = { readonly hint: string; readonly created_at: Date; readonly count: bigint }

async function leftIn(database: Database, keys: Sql): Promise<LeftKeys> {
  const rows = await database.query<Row>(sql`
    select hint, created_at, count(*) over () as count from (${keys}) as kept order by created_at desc, id desc limit ${SHOWN_MAX}`)
  return { count: Number(rows[0]?.count ?? 0n), newest: rows.map(({ hint, created_at: createdAt }) => ({ hint, createdAt })) }
}
