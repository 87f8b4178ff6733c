import { type Database, sql } from '../db/index.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import { INPUT_TOKENS, OUTPUT_TOKENS } from './token-sums.ts'
import type { UsageAsked } from './usage-by-key.ts'

/** Sums over the calls that a key made of a model on a UTC day; tokens of every class, amounts in nano-USD. */
export type DaySum = {
  readonly day: string
  readonly model: string
  readonly keyId: string
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cost: NanoUsd
  /** What plans paid instead of the balance. */
  readonly covered: NanoUsd
}

type Row = {
  readonly day: string
  readonly model: string
  readonly key_id: string
  readonly requests: bigint
  readonly input: bigint
  readonly output: bigint
  readonly cost: bigint
  readonly covered: bigint
}

/** Of which account, in which days, of which key where that is said. */
export type DaysAsked = Omit<UsageAsked, 'now'> & { readonly keyId?: string | undefined }

/** What an account, or one key of it, used by day, model and key, the first day first; days without calls are absent. */
export async function usageByDay(database: Database, { accountId, from, to, keyId }: DaysAsked): Promise<readonly DaySum[]> {
  if (keyId !== undefined && !isUuid(keyId)) return []
  const rows = await database.query<Row>(sql`
    select day::text as day, model.id as model, key_id, sum(calls)::bigint as requests, ${OUTPUT_TOKENS} as output, sum(cost)::bigint as cost,
      sum(covered)::bigint as covered, ${INPUT_TOKENS} as input
    from usage_key_day join model on model.serial = model_serial
    where account_id = ${accountId}::uuid and day between ${from}::date and ${to}::date
      and (${keyId ?? null}::uuid is null or key_id = ${keyId ?? null}::uuid)
    group by day, model.id, key_id order by day, model, key_id`)
  return rows.map((row) => ({
    ...{ day: row.day, model: row.model, keyId: row.key_id, requests: Number(row.requests) },
    ...{ inputTokens: Number(row.input), outputTokens: Number(row.output), cost: row.cost, covered: row.covered },
  }))
}
