import { sql } from '../db/index.ts'

/** Tokens of the prompts of rows that have sums of classes, every class once: pictures, sound and what was embedded lie in `more`. */
export const INPUT_TOKENS = sql`
  sum(input + cache_read + cache_write_5m + cache_write_1h + coalesce(more[1], 0) + coalesce(more[2], 0) + coalesce(more[5], 0))::bigint`

/** The same of answers, with pictures and sound that were made. */
export const OUTPUT_TOKENS = sql`sum(output + coalesce(more[3], 0) + coalesce(more[4], 0))::bigint`
