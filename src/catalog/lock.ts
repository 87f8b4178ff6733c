import { type Database, sql } from '../db/index.ts'

/** Writers of the catalogue come one after the other, also from several nodes; ends with the transaction. */
export const lockCatalog = (tx: Database): Promise<unknown> => tx.query(sql`select pg_advisory_xact_lock(hashtext('farebox.catalog'))`)
