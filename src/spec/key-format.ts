import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What every key of a customer begins with. */
export const KEY_PREFIX = 'fbx_'

/** What every key begins with that manages an account and calls no model. */
export const MANAGEMENT_PREFIX = 'mk_'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** The value of each character of it by its code. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))))
const BODY_LENGTH = 43
const CHECKSUM_LENGTH = 6
const SHAPE = /^fbx_[0-9A-Za-z]{49}$/
const MANAGEMENT_SHAPE = /^mk_[0-9A-Za-z]{49}$/

/** The text of a key: the prefix, 32 random bytes in 43 characters of base 62, and 6 characters of the CRC-32 of all before them. */
export const mintSecret = (random: Buffer): string => mint(KEY_PREFIX, random)

/** The text of a management key, spelt like a key behind its own prefix. */
export const mintManagementSecret = (random: Buffer): string => mint(MANAGEMENT_PREFIX, random)

function mint(prefix: string, random: Buffer): string {
  if (random.length !== 32) throw new TypeError('a key is made of 32 random bytes')
  const body = prefix + base62(BigInt(`0x${random.toString('hex')}`), BODY_LENGTH)
  return body + checksumOf(body)
}

/** Whether a text can be a key at all: prefix, length, alphabet and checksum. A single wrong character is always found. */
export const isWellFormedKey = (text: string): boolean => SHAPE.test(text) && hasChecksum(text)

/** Whether a text can be a management key at all. */
export const isManagementKey = (text: string): boolean => MANAGEMENT_SHAPE.test(text) && hasChecksum(text)

/** Compared as numbers, since each request has one to check. */
const hasChecksum = (text: string): boolean => checksumIn(text) === crc32(text.slice(0, -CHECKSUM_LENGTH))

/** The number that the last characters of a text spell in base 62; no text of other characters comes here. */
function checksumIn(text: string): number {
  let value = 0
  for (let at = text.length - CHECKSUM_LENGTH; at < text.length; at += 1) value = value * 62 + (DIGITS[text.charCodeAt(at)] ?? 0)
  return value
}

/** What is stored of a key and sent to look it up: its SHA-256, 32 bytes. A key has 256 random bits, so no slow hash is needed. */
export const hashKey = (text: string): Buffer => createHash('sha256').update(text).digest()

const checksumOf = (text: string): string => base62(BigInt(crc32(text)), CHECKSUM_LENGTH)

function base62(value: bigint, length: number): string {
  let rest = value
  let text = ''
  while (text.length < length) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text
    rest /= 62n
  }
  return text
}
