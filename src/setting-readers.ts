import { z } from 'zod'
import { parseAddress, parseUrl } from './lib/index.ts'

/** A setting that `parse` understands; `expected` and `mend` are what people read when it does not. */
export function parsed<T>(parse: (text: string) => T | undefined, told: { readonly expected: string; readonly mend: string }) {
  return z.string().transform((text, context): T => {
    const value = parse(text.trim())
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: told.expected, params: { mend: told.mend } })
    return z.NEVER
  })
}

/** host:port. */
export const address = parsed(parseAddress, {
  expected: 'host:port, the port 0 to 65535',
  mend: 'write it like 127.0.0.1:8080 or [::1]:8080',
})

/** A whole number of a range. */
export function whole(range: { readonly min: number; readonly max: number }) {
  const { min, max } = range
  const parse = (text: string) => (/^\d{1,12}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined)
  return parsed(parse, {
    expected: `a whole number from ${min} to ${max}`,
    mend: `set a number such as ${min}, or unset it for the default`,
  })
}

/** A limit, or none, which is null. */
export const limit = parsed((text) => (text === 'none' ? null : /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined), {
  expected: 'a whole number from 1 to 999999999, or none',
  mend: 'set a number, or none for no limit',
})

/** An address of one of these schemes. */
export const url = (...schemes: readonly string[]) =>
  parsed((text) => parseUrl(text, schemes), {
    expected: `an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    mend: `write it like ${schemes[0]}//host, with characters like @ in a password percent-encoded`,
  })

/** A path of a file or folder. */
export const path = parsed((text) => (text.includes('\0') ? undefined : text), { expected: 'a path', mend: 'name a file or folder' })

/** Yes or no; no where it is not set. */
export const yesOrNo = (mend: string) => {
  const parse = (text: string) => (text === 'yes' ? true : text === 'no' ? false : undefined)
  return parsed(parse, { expected: '"yes" or "no"', mend }).prefault('no')
}

const NAMES_MAX = 20
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

function parseHostNames(text: string): readonly string[] | undefined {
  const names = [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((name) => name !== ''),
    ),
  ]
  return names.length >= 1 && names.length <= NAMES_MAX && names.every((name) => HOST_NAME.test(name)) ? names : undefined
}

/** Names of hosts that a certificate can be for, without a wildcard, which http-01 cannot show. Source: RFC 1035 §2.3.4 (1987-11), RFC 8555 §7.1.3 (2019-03). */
export const hostNames = parsed(parseHostNames, {
  expected: `names of hosts such as api.example.com, at most ${NAMES_MAX}, separated by commas`,
  mend: 'write whole names, without a port and without *',
})

/** One e-mail address. */
export const emailAddress = parsed((text) => (/^[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+$/.test(text) ? text : undefined), {
  expected: 'one e-mail address',
  mend: 'write it like post@example.com, without a name',
})

/** Which database of which server a URL names. */
export function placeOf(connection: string): string {
  const { hostname, port, pathname, searchParams } = new URL(connection.replace(/@\//, '@localhost/'))
  return [searchParams.get('host') ?? hostname, searchParams.get('port') ?? (port || '5432'), pathname].join(' ')
}
