const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Names that were found to be sound; those that are written are few. */
const SOUND = new Set<string>()
const SOUND_MAX = 200
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Header fields as one list, names and values in turn: nothing has to be looked up by a name to write them out. */
export type HeaderFields = readonly string[]

/** Header fields as lines, each with its end; undefined where one would read as something else. Source: RFC 9110 §5.1, §5.5 (2022-06). */
export function headerLines(fields: HeaderFields): string | undefined {
  let lines = ''
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const value = fields[at + 1] ?? ''
    if (!(SOUND.has(name) || isName(name)) || !VALUE.test(value)) return undefined
    lines += `${name}: ${value}\r\n`
  }
  return lines
}

function isName(name: string): boolean {
  const isSound = NAME.test(name)
  if (isSound && SOUND.size < SOUND_MAX) SOUND.add(name)
  return isSound
}

/** The fields of lines that `headerLines` has made, names and values in turn. */
export function fieldsOf(lines: string): string[] {
  const fields: string[] = []
  for (const line of lines.split('\r\n')) {
    const end = line.indexOf(': ')
    if (end > 0) fields.push(line.slice(0, end), line.slice(end + 2))
  }
  return fields
}

/** Whether a field is among them; names in lower case. */
export function hasField(fields: HeaderFields, name: string): boolean {
  for (let at = 0; at < fields.length; at += 2) if (fields[at] === name) return true
  return false
}

/** What is between two offsets without blanks at either end; other white space is part of a value. */
export function withoutBlanks(text: string, from: number, to: number): string {
  let [start, end] = [from, to]
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
