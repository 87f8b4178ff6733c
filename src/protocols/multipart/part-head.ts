import { fail } from '../../failures.ts'

/** What the head of a part says of it. */
export type PartHead = { readonly name: string; readonly isFile: boolean }

/**
 * A text in quotes or a bare word. Quotes and backslashes within quotes are refused, as readers disagree on where such a text ends, and
 * a file's name could then pass for a field.
 */
const PARAMETER = /;[ \t]*([\w!#$&+.^`|~-]+)(\*?)=(?:"([^"\\\r\n]*)"|([^\s";,\\]+))[ \t]*/gy
const HEADER = /^([\w-]+):(.*)$/

/**
 * The head of a part, its header lines without the blank one. Only heads that every reader takes alike: fails with invalid_multipart.
 * Source: https://www.rfc-editor.org/rfc/rfc7578#section-4.2 (July 2015).
 */
export function readPartHead(text: string): PartHead {
  const headers = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const [, name, value] = HEADER.exec(line) ?? []
    if (name === undefined || value === undefined || headers.has(name.toLowerCase())) return refuse()
    headers.set(name.toLowerCase(), bare(value))
  }
  const encoding = headers.get('content-transfer-encoding')
  if (encoding !== undefined && !/^(?:7bit|8bit|binary)$/i.test(encoding)) refuse()
  const disposition = headers.get('content-disposition') ?? refuse()
  if (!/^form-data(?=;)/i.test(disposition)) refuse()
  const parameters = parametersOf(disposition, 'form-data'.length)
  const name = parameters.get('name') ?? refuse()
  return { name, isFile: parameters.has('filename') || parameters.has('filename*') }
}

/** A value without the blanks around it; an expression for that tries each blank as the last one, which takes minutes for a head full of them. */
function bare(value: string): string {
  const isBlank = (at: number): boolean => value[at] === ' ' || value[at] === '\t'
  let [start, end] = [0, value.length]
  while (start < end && isBlank(start)) start += 1
  while (end > start && isBlank(end - 1)) end -= 1
  return value.slice(start, end)
}

function parametersOf(text: string, from: number): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  let at = from
  while (at < text.length) {
    PARAMETER.lastIndex = at
    const match = PARAMETER.exec(text)
    if (match === null) return refuse()
    const [whole, name = '', star = '', quoted, word = ''] = match
    const key = name.toLowerCase() + star
    // "name*" is not for forms; a reader that heeds it would read another name.
    if (parameters.has(key) || key === 'name*') return refuse()
    parameters.set(key, quoted ?? word)
    at += whole.length
  }
  return parameters
}

const refuse = (): never => fail('invalid_multipart')
