import { type Database, sql } from '../db/index.ts'
import { type NameSealing, namePurpose } from './key-record.ts'

const PAGE = 500

type OldRow = { readonly id: string; readonly account_id: string; readonly name: string }

/** Seals names of keys from before there were keys of persons; each is one statement. Returns how many there were. */
export async function sealOldNames(database: Database, sealing: NameSealing): Promise<number> {
  for (let sealedCount = 0; ; ) {
    const rows = await database.query<OldRow>(sql`
      select id, account_id, name from api_key where name is not null order by id limit ${PAGE}`)
    for (const { id, account_id: accountId, name } of rows) {
      const sealed = await sealing.seal(accountId, Buffer.from(name), namePurpose(id))
      await database.query(sql`update api_key set name = null, name_sealed = ${sealed} where id = ${id} and name is not null`)
    }
    sealedCount += rows.length
    if (rows.length < PAGE) return sealedCount
  }
}
