import type { Database } from './database.ts'
import { sql } from './sql.ts'

/** A column as the database has it; `type` as PostgreSQL spells it, such as bigint or integer[]. */
export type LiveColumn = { readonly table: string; readonly column: string; readonly type: string }

/** Every column of every table of schema farebox, the runner's own `migration` included; partitions have those of their parent and are left out. */
export const readLiveColumns = (database: Database): Promise<readonly LiveColumn[]> =>
  database.query<LiveColumn>(sql`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
    from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'farebox' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`)
