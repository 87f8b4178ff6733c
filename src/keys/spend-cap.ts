import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import type { SpendWindow } from '../spec/index.ts'

/** What a key, or the keys of a group together, may spend in each window; `amount` is above 0. */
export type SpendCap = { readonly amount: NanoUsd; readonly window: SpendWindow }

/** The two columns of a cap, which are null together. */
export type CapColumns = { readonly spend_cap: bigint | null; readonly spend_window: SpendWindow | null }

/** The cap that columns hold; undefined for none. */
export const capOf = (row: CapColumns): SpendCap | undefined =>
  row.spend_cap === null || row.spend_window === null ? undefined : { amount: row.spend_cap, window: row.spend_window }

/** Which key's cap is changed, of which account where the asker is bound to one; without `cap` it has none of its own any more. */
export type CapChange = { readonly keyId: string; readonly accountId?: string; readonly cap: SpendCap | undefined }

/**
 * Changes the cap of a key, which holds from its next call on; what was spent in a window of the same length stays spent. Gateways and nodes
 * hear of it at commit. Fails with key_unknown.
 */
export async function changeKeyCap(database: Database, { keyId, accountId, cap }: CapChange): Promise<void> {
  if (!isUuid(keyId)) fail('key_unknown')
  const changed = await database.query(sql`
    update api_key set spend_cap = ${cap?.amount ?? null}::bigint, spend_window = ${cap?.window ?? null}::text
    where id = ${keyId} and (${accountId ?? null}::uuid is null or account_id = ${accountId ?? null}::uuid) returning id`)
  if (changed.length === 0) fail('key_unknown')
}
