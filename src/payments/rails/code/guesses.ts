import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'

/** Wrong codes that an account may try in an hour. */
export const GUESSES_MAX = 10
const HOUR_MS = 3_600_000

/** Lets an account try a code that has not tried too many wrong ones in the hour; `now` in milliseconds. Fails with redeem_limited. */
export async function refuseGuessers(database: Database, accountId: string, now: number): Promise<void> {
  const [row] = await database.query<{ since: Date }>(sql`
    select since from redeem_guess
    where account_id = ${accountId} and wrong >= ${GUESSES_MAX} and since > ${new Date(now - HOUR_MS)}`)
  if (row !== undefined) fail('redeem_limited', { seconds: Math.max(1, Math.ceil((row.since.getTime() + HOUR_MS - now) / 1000)) })
}

/** Notes a wrong code of an account. */
export async function noteGuess(database: Database, accountId: string, now: number): Promise<void> {
  const at = new Date(now)
  await database.query(sql`
    insert into redeem_guess as guess (account_id, since, wrong) values (${accountId}, ${at}, 1)
    on conflict (account_id) do update set
      since = case when guess.since <= ${new Date(now - HOUR_MS)} then ${at} else guess.since end,
      wrong = case when guess.since <= ${new Date(now - HOUR_MS)} then 1 else guess.wrong + 1 end`)
}
