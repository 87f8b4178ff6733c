import { type Database, identifier, sql } from '../../src/db/index.ts'

/** Every object of schema farebox as the catalogue describes it, one line each, in an order of its own; oids are named, never told. */
export async function schemaOf(database: Database): Promise<readonly string[]> {
  return (await database.query<{ line: string }>(OBJECTS)).map(({ line }) => line)
}

/** Tables of what is drawn by chance when a migration runs. */
const DRAWN: ReadonlySet<string> = new Set(['login_secret'])

/** The rows of every table: how many, and a digest of what is in them. Moments count by being there, as two runs have them at two times. */
export async function rowsOf(database: Database): Promise<readonly string[]> {
  const tables = await database.query<{ name: string }>(
    sql`select relname::text as name from pg_class where relnamespace = ${FAREBOX} and relkind = 'r' order by relname`,
  )
  const lines: string[] = []
  for (const { name } of tables) {
    const [row] = await database.query<{ count: bigint; digest: string | null }>(sql`
      select count(*) as count, md5(string_agg(line, e'\\n' order by line)) as digest
      from (select regexp_replace(t::text, ${MOMENT}, 'moment', 'g') as line from ${identifier(name)} t) told`)
    lines.push(`${name} ${row?.count} ${DRAWN.has(name) ? 'drawn' : row?.digest}`)
  }
  return lines
}

const MOMENT = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d`
const FAREBOX = sql`'farebox'::regnamespace`

const OBJECTS = sql`
  select format('%s %s owner %s acl %s options %s rls %s partition %s of %s', c.relkind, c.relname, c.relowner::regrole, c.relacl::text,
      c.reloptions::text, c.relrowsecurity, pg_get_expr(c.relpartbound, c.oid), (select inhparent::regclass from pg_inherits where inhrelid = c.oid)) as line
    from pg_class c where c.relnamespace = ${FAREBOX}
  union all select format('view %s %s', c.relname, pg_get_viewdef(c.oid)) from pg_class c where c.relnamespace = ${FAREBOX} and c.relkind in ('v', 'm')
  union all select format('column %s.%s %s %s null %s default %s identity %s generated %s acl %s', c.relname, a.attname, a.attnum,
      format_type(a.atttypid, a.atttypmod), not a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attacl::text)
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = ${FAREBOX} and c.relkind in ('r', 'p', 'v', 'm', 'c')
  union all select format('constraint %s on %s %s', conname, conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint where connamespace = ${FAREBOX}
  union all select format('index %s', pg_get_indexdef(i.indexrelid)) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = ${FAREBOX}
  union all select format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled) from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = ${FAREBOX} and not t.tgisinternal
  union all select format('routine %s owner %s acl %s', pg_get_functiondef(oid), proowner::regrole, proacl::text) from pg_proc
    where pronamespace = ${FAREBOX} and prokind in ('f', 'p')
  union all select format('sequence %s %s from %s by %s', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement) from pg_sequence s
    join pg_class c on c.oid = s.seqrelid where c.relnamespace = ${FAREBOX}
  union all select format('type %s %s acl %s labels %s', typname, typtype, typacl::text, (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid))
    from pg_type t where typnamespace = ${FAREBOX} and typtype in ('d', 'e')
  union all select format('policy %s on %s %s %s', polname, polrelid::regclass, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
  union all select format('statistics %s', pg_get_statisticsobjdef(oid)) from pg_statistic_ext where stxnamespace = ${FAREBOX}
  union all select format('schema acl %s', nspacl::text) from pg_namespace where nspname = 'farebox'
  order by 1`
