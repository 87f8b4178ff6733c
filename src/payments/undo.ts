import { type Database, sql } from '../db/index.ts'
import { FailureError, fail } from '../failures.ts'
import type { Ledger } from '../ledger/index.ts'

/** A transfer that is to be undone. */
export type Undoing = { readonly transferId: string; readonly sourceKey: string; readonly reason: string }

/** What undoes it; the role of `database` is farebox_app. */
export type UndoParts = { readonly ledger: Pick<Ledger, 'reverse'>; readonly database: Database }

/** Undoes what was taken and is not to be, once; what was undone by hand before stays so. Returns the transfer that undid it. */
export async function undo({ ledger, database }: UndoParts, undoing: Undoing): Promise<string> {
  try {
    return (await ledger.reverse({ ...undoing, onLack: 'debt' })).transferId
  } catch (thrown) {
    if (!(thrown instanceof FailureError) || thrown.failure.code !== 'transfer_reversed') throw thrown
    const [row] = await database.query<{ id: string }>(sql`select id from transfer where reverses = ${undoing.transferId}::uuid`)
    return row?.id ?? fail('transfer_unknown')
  }
}
