import { type Database, sql } from '../db/index.ts'

const PAGE = 1000

/** Accounts of which something is kept that erasure takes away, in pages. */
export async function* listHolders(database: Database): AsyncGenerator<string> {
  for (let after = FIRST_UUID; ; ) {
    const rows = await database.query<{ readonly id: string }>(sql`
      select id from account
      where id > ${after} and (email_sealed is not null or email_lookup is not null
        or exists (select from api_key where account_id = account.id and (name_sealed is not null or revoked_at is null)))
      order by id limit ${PAGE}`)
    for (const { id } of rows) yield id
    after = rows.at(-1)?.id ?? after
    if (rows.length < PAGE) return
  }
}

/** Takes away what an account is found and written to by, and revokes its keys at `now` (milliseconds); what is sealed goes by its key. */
export async function forgetAccount(database: Database, accountId: string, now: number): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(sql`update account set status = 'suspended', email_sealed = null, email_lookup = null where id = ${accountId}`)
    await tx.query(sql`
      update api_key set name_sealed = null, revoked_at = coalesce(revoked_at, ${new Date(now)}) where account_id = ${accountId}`)
    await tx.query(sql`
      update management_key set name_sealed = null, revoked_at = coalesce(revoked_at, ${new Date(now)}) where account_id = ${accountId}`)
  })
}

const FIRST_UUID = '00000000-0000-0000-0000-000000000000'
