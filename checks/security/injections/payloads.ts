import type { SeededRandom } from '../../../sim/index.ts'

/** What only a statement of an attacker would touch: a sequence that is never drawn from, and a table with one word that nobody shows. */
export const TRAP = { sequence: 'public.sec02_drawn', table: 'public.sec02_word', word: 'sec02-word-that-leaked' } as const

const DRAW = `nextval('${TRAP.sequence}')`
const READ = `(select word from ${TRAP.table})`

/** What closes a text, a name, a bracket or a comment in SQL, or tries to. */
const BREAKS = [
  ...[
    "'",
    "''",
    '"',
    "\\'",
    "')",
    "'))",
    "'::uuid",
    "'::text[])",
    '$1',
    '$$',
    '$a$',
    '/*',
    '*/',
    '--',
    ';',
    '%',
    '_',
    '\\',
    '`',
    '\0',
    '\n',
  ],
  ...['%27', '%2527', '\\u0027', "U&'\\0027'", "E'\\''", 'ʼ', '＇', '’', '；', '\ud800', '\u202e', '0x27', '{', '}', ',', '\r\n'],
] as const
/** What an attacker wants to have run. */
const WANTED = [
  ...[
    DRAW,
    `(select ${DRAW})`,
    `||${DRAW}||`,
    ` or ${DRAW} > 0`,
    ` and 1=cast(${DRAW} as int)`,
    `; select ${DRAW}`,
    `; select ${DRAW}; --`,
  ],
  ...[` union select ${READ}`, ` union all select ${READ},null,null`, ` or 1=1`, ` or '1'='1`, ` and 1=(select 1 from pg_sleep(20))`],
  ...[`; drop table ${TRAP.table}`, `; delete from ${TRAP.table}`, `; insert into ${TRAP.table} values ('more')`, `; select pg_sleep(20)`],
  ...[`; do $x$ begin perform ${DRAW}; end $x$`, `; copy (select ${READ}) to program 'true'`, `; set role postgres`, `, ${DRAW}`],
  ...[` limit (select ${DRAW})`, ` order by (select ${DRAW})`, ` returning ${READ}`, ` where exists (select ${DRAW})`, `::regclass`, ''],
] as const
const ENDS = ['', '', '--', ' -- ', "'", '"', '/*', ';', "||'", ") or ('1'='1", '#', '\0'] as const
/** What stands where something plain is awaited, so that only the end of it is odd. */
const STARTS = [
  ...['', '', '1', '-1', 'x', '%', 'm-openai', '2026-11-01', '2026-11', '01900000-0000-7000-8000-000000000000', 'id', 'created_at desc'],
  ...['someone@example.com', '0.01', 'fbx_', 'mk_', 'true', 'null', '[', '{"a":'],
] as const
/** What is no injection, and no value of any type that a column could have either. */
const WHOLE = [
  ...[
    '9223372036854775808',
    '-9223372036854775809',
    '1e400',
    'NaN',
    'Infinity',
    '-0',
    '2026-02-30',
    '2026-13-01',
    '294277-01-01',
    '0000-00-00',
  ],
  ...['infinity', 'epoch', '{}', '[]', '{null}', '{"a"', '\0', '\ud800', '\udfff\ud800', '00000000-0000-0000-0000-00000000000g', ' ', '\t'],
  ...['{"text":"select 1","values":[]}', '1'.repeat(400), 'ﬀ', '٣', '0x7f', '1_000', '\\x27', '(1,2)', 'current_user', 'default'],
] as const

/** A text that would become part of a statement where texts do. */
export function injection(random: SeededRandom): string {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item
  if (random.below(6) === 0) return pick(WHOLE)
  return `${pick(STARTS)}${pick(BREAKS)}${pick(WANTED)}${pick(ENDS)}`
}

/** What may stand in a JSON document where a text is awaited: mostly the text itself, at times a document that looks like a statement or holds it. */
export function injectedValue(random: SeededRandom, text: string): unknown {
  const forms: readonly unknown[] = [{ text, values: [] }, [text], { [text]: text }, { $ne: text }, { toString: text }]
  return random.below(6) === 0 ? forms[random.below(forms.length)] : text
}
