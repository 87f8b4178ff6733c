import { holdsCardNumber } from '../lib/index.ts'

/** Digits of an account number, the last of which checks the others. */
export const ACCOUNT_NUMBER_DIGITS = 16

/**
 * A new account number: 15 random digits, the first not 0, and a check digit; never one that a payment card could have. It is all that is needed
 * to sign in to an account without a password, so it is a secret.
 */
export function makeAccountNumber(random: (size: number) => Buffer): string {
  for (;;) {
    const payload = String(10n ** 14n + (random(16).readBigUInt64BE() % (9n * 10n ** 14n)))
    const number = payload + checkDigitOf(payload)
    if (!holdsCardNumber(number)) return number
  }
}

/** An account number as it is kept, from how people write it, with spaces or dashes; undefined when it is none or a digit is wrong. */
export function parseAccountNumber(text: string): string | undefined {
  const digits = text.replace(/[ -]/g, '')
  if (!/^[1-9]\d{15}$/.test(digits)) return undefined
  return checkDigitOf(digits.slice(0, -1)) === digits.at(-1) ? digits : undefined
}

/** An account number as people read it, in groups of four. */
export const formatAccountNumber = (number: string): string => number.replace(/\d{4}(?=\d)/g, '$& ')

/** MOD 11,10, which notices every wrong digit and nearly every swap of two. Source: ISO/IEC 7064 §8 (2003-02). */
function checkDigitOf(payload: string): string {
  const product = [...payload].reduce((before, digit) => (((before + Number(digit)) % 10 || 10) * 2) % 11, 10)
  return String((11 - product) % 10)
}
