import { createHash, createHmac } from 'node:crypto'

/** Letters and digits that nobody takes for another one. Source: crockford.com/base32.html (2026-11-26). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 20
const GROUP = 5

/** The text of the code with a number in a batch: 100 bits derived from the 32 bytes of the batch, in four groups of five characters. */
export function mintCode(seed: Buffer, index: number): string {
  if (seed.length !== 32) throw new TypeError('codes are made of 32 random bytes')
  const bits = BigInt(`0x${createHmac('sha256', seed).update(`redeem-code:${index}`).digest('hex')}`)
  const text = Array.from({ length: LENGTH }, (_, place) => ALPHABET.charAt(Number((bits >> BigInt(5 * place)) & 31n))).join('')
  return (text.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-')
}

/** The one spelling of a code as people type it: in any case, with spaces or dashes, O for 0, I and L for 1; undefined for what is none. */
export function readCode(text: string): string | undefined {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  return plain.length === LENGTH && [...plain].every((letter) => ALPHABET.includes(letter)) ? plain : undefined
}

/** What is stored of a code, 32 bytes; it has 100 random bits, so no slow hash is needed. Takes what `readCode` gives. */
export const hashCode = (plain: string): Buffer => createHash('sha256').update(`redeem:${plain}`).digest()
