/** What receipts are made of: texts, whole numbers, null, lists and objects. */
export type Plain = string | number | null | readonly Plain[] | { readonly [name: string]: Plain | undefined }

/**
 * The one way to write a value as JSON: members in order of their names' UTF-16 units, no space. Source: RFC 8785 (2020-06, read 2026-11-26), of which
 * receipts need no fractions and no booleans. Throws RangeError for a number that is not a safe whole one, or a broken character.
 */
export function canonicalJson(value: Plain): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return wholeNumber(value)
  if (value === null) return 'null'
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, member] as const]))
  const written = members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => `${quote(name)}:${canonicalJson(member)}`)
  return `{${written.join(',')}}`
}

const isList = (value: object): value is readonly Plain[] => Array.isArray(value)

function quote(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('a broken character')
  return JSON.stringify(text)
}

function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new RangeError('a number that is not whole')
  return String(value)
}
