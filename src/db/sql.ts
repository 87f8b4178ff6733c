const SQL = Symbol('sql')

/** What may stand in a statement's placeholders; undefined is written as null, JSON is passed as text with a cast (`${text}::jsonb`). */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null | undefined | readonly SqlValue[]

/** A statement with its values apart; made by `sql` alone, so that no text from outside can become part of a statement. */
export type Sql = {
  readonly text: string
  readonly values: readonly SqlValue[]
  /** The name of the prepared statement, or undefined when it is planned anew each time. */
  readonly name: string | undefined
  /** The text between the placeholders. */
  readonly [SQL]: readonly string[]
}

/**
 * Builds a statement: values become placeholders, statements inside become part of the text. `sql.named('name')` makes it a prepared
 * statement, planned once per connection; one name must always mean one text.
 */
export const sql: SqlTag & { readonly named: (name: string) => SqlTag } = Object.assign(
  (strings: TemplateStringsArray, ...parts: readonly (SqlValue | Sql)[]) => build(strings, parts, undefined),
  {
    named:
      (name: string): SqlTag =>
      (strings, ...parts) =>
        build(strings, parts, name),
  },
)

type SqlTag = (strings: TemplateStringsArray, ...parts: readonly (SqlValue | Sql)[]) => Sql

/** Whether a thing was made by `sql`; a parsed JSON document never is. */
export const isSql = (thing: unknown): thing is Sql => typeof thing === 'object' && thing !== null && SQL in thing

/** Texts of statements without fragments, by their template, so that a hot statement is put together once. */
const texts = new WeakMap<TemplateStringsArray, string>()

function build(strings: TemplateStringsArray, parts: readonly (SqlValue | Sql)[], name: string | undefined): Sql {
  if (parts.some(isSql)) return buildNested(strings, parts, name)
  const text = texts.get(strings) ?? joinText(strings)
  texts.set(strings, text)
  return { text, values: parts.filter((part): part is SqlValue => !isSql(part)), name, [SQL]: strings }
}

function buildNested(strings: readonly string[], parts: readonly (SqlValue | Sql)[], name: string | undefined): Sql {
  const flat = [strings[0] ?? '']
  const values: SqlValue[] = []
  parts.forEach((part, index) => {
    const after = strings[index + 1] ?? ''
    if (!isSql(part)) {
      values.push(part)
      flat.push(after)
      return
    }
    const [first = '', ...rest] = part[SQL]
    flat[flat.length - 1] += first
    flat.push(...rest)
    flat[flat.length - 1] += after
    values.push(...part.values)
  })
  return { text: joinText(flat), values, name, [SQL]: flat }
}

/** The name of a table or column as part of a statement; throws TypeError for anything but a plain lower-case name, as names come from our own lists. */
export function identifier(name: string): Sql {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new TypeError('a name in a statement is lower-case letters, digits and underscores')
  return { text: `"${name}"`, values: [], name: undefined, [SQL]: [`"${name}"`] }
}

/** Statements one after the other with a statement such as sql`, ` between them; throws TypeError for none, as that is no SQL. */
export function joined(parts: readonly Sql[], between: Sql): Sql {
  const [first, ...rest] = parts
  if (first === undefined) throw new TypeError('nothing to join')
  return rest.reduce((before, part) => sql`${before}${between}${part}`, first)
}

const joinText = (strings: readonly string[]): string => strings.reduce((text, next, index) => `${text}$${index}${next}`)
