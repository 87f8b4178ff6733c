import { type Database, sql } from '../db/index.ts'
import { INPUT_PURPOSE, type ReasonSealing, reasonPurpose } from './reason.ts'

const PAGE = 500

type OldRow = { readonly id: string; readonly account_id: string; readonly reason: string; readonly input_hash: Buffer }

/**
 * Seals reasons of transfers from before there were keys of persons, and keys the hashes of what was asked for, so that a repeat is still
 * known. Each is one statement. Returns how many there were.
 */
export async function sealOldReasons(database: Database, sealing: ReasonSealing): Promise<number> {
  for (let sealedCount = 0; ; ) {
    const rows = await database.query<OldRow>(sql`
      select transfer.id, customer.id as account_id, reason, input_hash
      from transfer join ledger_account as customer on customer.id in (debit_account, credit_account) and customer.kind = 'customer'
      where reason is not null order by transfer.id limit ${PAGE}`)
    for (const { id, account_id: accountId, reason, input_hash } of rows) {
      const sealed = await sealing.seal(accountId, Buffer.from(reason), reasonPurpose(id))
      const hash = await sealing.fingerprint(accountId, input_hash, INPUT_PURPOSE)
      await database.query(sql`select seal_transfer_reason(${id}::uuid, ${sealed}::bytea, ${hash ?? input_hash}::bytea)`)
    }
    sealedCount += rows.length
    if (rows.length < PAGE) return sealedCount
  }
}
