import { holdsCardNumber } from '../lib/index.ts'

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** What people read when an e-mail is not one. */
export const EMAIL_EXPECTED = 'one e-mail address such as name@example.com, at most 254 characters'

/**
 * Whether a text is an e-mail address we can write to: the dot-string form in ASCII, no quotes, no comments, no line breaks, a domain
 * of at least two labels. Source: RFC 5321 §4.1.2 and §4.5.3.1 (2008-10).
 */
export function isEmail(text: string): boolean {
  if (text.length > 254 || holdsCardNumber(text)) return false
  const [local = '', domain = '', ...more] = text.split('@')
  if (more.length > 0 || !LOCAL.test(local) || local.split('.').includes('')) return false
  const labels = domain.split('.')
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
}

/** The form of an address by which it is found again: letters in lower case, as people do not tell addresses apart by case. */
export const emailForLookup = (email: string): string => email.toLowerCase()
