import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { type NanoUsd, parseUsd } from '../lib/index.ts'

/** How long a temporary key works, how many somebody has at once in an account, and what each may spend in all where nothing less is said, in nano-USD. */
export const TEMPORARY_KEY_MS = 600_000
export const TEMPORARY_KEYS_MAX = 3
export const TEMPORARY_KEY_CAP: NanoUsd = parseUsd('1.00') ?? 0n

/**
 * Holds the place of one more temporary key of somebody in an account until the transaction ends, so that of many who ask at once no more get one than may. Fails with
 * temporary_keys_full.
 */
export async function requireTemporaryPlace(
  tx: Database,
  { accountId, madeBy, now }: { readonly accountId: string; readonly madeBy: string | undefined; readonly now: number },
): Promise<void> {
  await tx.query(sql`select from account where id = ${accountId}::uuid for no key update`)
  const live = await tx.query<{ readonly expires_at: Date }>(sql`
    select expires_at from api_key
    where account_id = ${accountId}::uuid and made_by is not distinct from ${madeBy ?? null}::uuid and is_temporary
      and revoked_at is null and expires_at > ${new Date(now)} order by expires_at`)
  const [first] = live
  if (live.length < TEMPORARY_KEYS_MAX || first === undefined) return
  const seconds = Math.max(1, Math.ceil((first.expires_at.getTime() - now) / 1000))
  fail('temporary_keys_full', { limit: TEMPORARY_KEYS_MAX, seconds })
}
