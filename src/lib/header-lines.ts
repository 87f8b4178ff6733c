const NAMES = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]*$/
/** What no name holds. */
const NAMELESS = ' '
const VALUES = /^[\t\x20-\x7e\x80-\xff]*$/

/** Header fields as lines, each with its end; undefined where one would read as something else. Source: RFC 9110 §5.1, §5.5 (2022-06). */
export function headerLines(headers: Readonly<Record<string, string | number>>): string | undefined {
  let [lines, names, values] = ['', '', '']
  for (const name of Object.keys(headers)) {
    const value = String(headers[name] ?? '')
    names += name || NAMELESS
    values += value
    lines += `${name}: ${value}\r\n`
  }
  // It is one letter that is wrong, so all texts can be looked at as one.
  const isSound = NAMES.test(names) && VALUES.test(values)
  return isSound ? lines : undefined
}

/** What is between two offsets without blanks at either end; other white space is part of a value. */
export function withoutBlanks(text: string, from: number, to: number): string {
  let [start, end] = [from, to]
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
