import { createHash, randomBytes } from 'node:crypto'
import type { Pattern } from './byte-search.ts'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const LETTERS = 24
const CHUNK = 8
const PREFIX = 'cnry_'

/** What every canary looks like. */
export const CANARY = /cnry_[a-z2-7]{24}/g

/**
 * A text that is nowhere by chance: "cnry_" and 120 random bits. It comes from the system's random source and not from a seed, as what
 * an earlier run with the same seed left behind would be taken for a leak.
 */
export const makeCanary = (): string => PREFIX + [...randomBytes(LETTERS)].map((byte) => BASE32[byte & 31]).join('')

/**
 * Everything that gives a canary away: its spellings, each third of it, and digests of it and of the texts it stood in (the prompt,
 * the whole body), of which the first eight bytes are enough, as people cut digests short.
 */
export function patternsOf(canary: string, texts: readonly string[] = []): readonly Pattern[] {
  const spelled = spellingsOf(canary).map(([form, bytes]) => ({ canary, form, bytes }))
  // The digest of no text at all is known everywhere.
  const digested = [canary, ...texts.filter((text) => text !== '')].flatMap((text, index) =>
    digestsOf(text, index === 0 ? 'canary' : 'text'),
  )
  const all = [...spelled, ...digested.map(([form, bytes]) => ({ canary, form, bytes }))]
  return [...new Map(all.map((pattern) => [pattern.bytes.toString('latin1'), pattern])).values()]
}

type Form = readonly [form: string, bytes: Buffer]

function spellingsOf(canary: string): readonly Form[] {
  const bytes = Buffer.from(canary)
  const upper = Buffer.from(canary.toUpperCase())
  const reversed = Buffer.from([...bytes].reverse())
  const parts = Array.from({ length: LETTERS / CHUNK }, (_, index) => bytes.subarray(PREFIX.length + index * CHUNK).subarray(0, CHUNK))
  const escaped = (unit: (byte: number) => string): Buffer => Buffer.from([...bytes].map(unit).join(''))
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0')
  return [
    ['plain', bytes],
    ['upper case', upper],
    ['json escapes', escaped((byte) => `\\u00${hex(byte)}`)],
    ['url escapes', escaped((byte) => `%${hex(byte)}`)],
    ['url escapes', escaped((byte) => `%${hex(byte).toUpperCase()}`)],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['hex', Buffer.from(bytes.toString('hex').toUpperCase())],
    ['utf-16', Buffer.from(canary, 'utf16le')],
    ['reversed', reversed],
    ['a line for each letter', escaped((byte) => `${String.fromCharCode(byte)}\n`)],
    ...[4, 6].map((letters): Form => [`lines of ${letters} letters`, linesOf(canary, letters)]),
    ...[0, 1, 2].flatMap((before): Form[] => [
      [`base64, ${before} before`, innerBase64(bytes, before, 'base64')],
      [`base64url, ${before} before`, innerBase64(bytes, before, 'base64url')],
    ]),
    ...parts.map((part): Form => ['a third', part]),
  ]
}

/** The text split by line ends after so many letters each. */
const linesOf = (text: string, letters: number): Buffer => Buffer.from(text.match(new RegExp(`.{1,${letters}}`, 'g'))?.join('\n') ?? text)

/** The characters that any base64 has in common that holds these bytes after `before` others (modulo 3), whatever stands around. */
function innerBase64(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): Buffer {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString(encoding)
    .replaceAll('=', '')
  const wholeBits = Math.floor(((before + bytes.length) * 8) / 6)
  return Buffer.from(text.slice(Math.ceil((before * 8) / 6), wholeBits))
}

const ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'] as const
const START_BYTES = 8

function digestsOf(text: string, what: string): readonly Form[] {
  return ALGORITHMS.flatMap((algorithm): Form[] => {
    const digest = createHash(algorithm).update(text).digest()
    const form = `${algorithm} of ${what}`
    const start = digest.subarray(0, START_BYTES)
    return [
      [form, start],
      [`${form}, hex`, Buffer.from(start.toString('hex'))],
      [`${form}, hex`, Buffer.from(start.toString('hex').toUpperCase())],
      [`${form}, base64`, Buffer.from(digest.toString('base64').slice(0, 10))],
      [`${form}, base64url`, Buffer.from(digest.toString('base64url').slice(0, 10))],
    ]
  })
}
