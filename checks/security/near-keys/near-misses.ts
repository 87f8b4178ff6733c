import { crc32 } from 'node:zlib'
import type { seededRandom } from '../../../sim/index.ts'
import { mintManagementSecret, mintSecret } from '../../../src/spec/index.ts'

/** A key that exists: its bytes, and what it is for. */
export type TrueKey = { readonly id: string; readonly bytes: Buffer; readonly isManaging: boolean }

/** Its text. */
export const secretOf = ({ bytes, isManaging }: Pick<TrueKey, 'bytes' | 'isManaging'>): string =>
  isManaging ? mintManagementSecret(bytes) : mintSecret(bytes)

type Random = ReturnType<typeof seededRandom>

const CHECKSUM_LENGTH = 6
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Letters of Cyrillic that look like these. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  A: '\u0410',
  B: '\u0412',
  E: '\u0415',
  K: '\u041a',
  O: '\u041e',
  a: '\u0430',
  e: '\u0435',
  x: '\u0445',
}

type Spoiler = (text: string, at: number, random: Random) => string

const replaced = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + 1)
const swapped = (text: string, at: number): string => replaced(replaced(text, at, text.charAt(at + 1)), at + 1, text.charAt(at))

/** Spellings that are one slip away from a key, and those by which somebody would try to have one read as another. */
const SPOILERS: readonly Spoiler[] = [
  (text, at, random) => replaced(text, at, ALPHABET.charAt(random.below(62))),
  (text, at) => swapped(text, Math.min(at, text.length - 2)),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.charAt(at) + text.slice(at),
  (text, at) => text.slice(0, at),
  (text, at, random) => text + ALPHABET.charAt(random.below(62)).repeat(1 + (at % 3)),
  (text, at) =>
    replaced(text, at, text.charAt(at) === text.charAt(at).toLowerCase() ? text.charAt(at).toUpperCase() : text.charAt(at).toLowerCase()),
  (text, at) => [...text].map((letter, index) => (index >= at ? (LOOKALIKES[letter] ?? letter) : letter)).join(''),
  (text) => text.replace(/^(?:fbx|mk)_/, (prefix) => (prefix === 'mk_' ? 'fbx_' : 'mk_')),
  (text) => text.replace(/^\w+?_/, 'fbo_'),
  (text, at) => replaced(text, at, '%'),
  (text, at) => replaced(text, at, '_'),
  (text, at) => `${text}${'\u0000 \t\u200b\ufeff'.charAt(at % 5)}`,
  (text) => text.normalize('NFKD').replace(/0/g, '\uff10'),
]

/** A text that is one slip away from a key: most are spelt wrongly, few are the key itself. */
export const spoiled = (text: string, random: Random): string =>
  (SPOILERS[random.below(SPOILERS.length)] as Spoiler)(text, random.below(text.length), random)

/** A key that is spelt as keys are, and differs from one that exists by a bit, a byte, its end or its beginning, or by what it is for. */
export function wellFormedNear(key: TrueKey, random: Random): string {
  const bytes = Buffer.from(key.bytes)
  const way = random.below(5)
  if (way === 4) return secretOf({ ...key, isManaging: !key.isManaging })
  const at = way === 2 ? 31 : way === 3 ? 0 : random.below(32)
  const flip = way === 0 ? 1 << random.below(8) : 1 + random.below(255)
  bytes.writeUInt8(bytes.readUInt8(at) ^ flip, at)
  return secretOf({ ...key, bytes })
}

/** A digest one bit or some bytes away from that of a key. */
export function nearDigest(digest: Buffer, random: Random): Buffer {
  const near = Buffer.from(digest)
  const at = random.below(32)
  near.writeUInt8(near.readUInt8(at) ^ (1 << random.below(8)), at)
  const way = random.below(4)
  return way === 0 ? digest.subarray(0, 31) : way === 1 ? Buffer.concat([digest, Buffer.alloc(1)]) : near
}

/** Another text that is one slip away from a key, as a header can hold it, which takes neither other letters nor blanks at its ends. */
export function malformedText(text: string, random: Random): string {
  const near = spoiled(text, random)
  return /^[!-~]+$/.test(near) && near !== text ? near : malformedText(text, random)
}

/** The same, spelt rightly: it begins as that one does, and its sum is its own. */
export function wellFormedText(text: string, random: Random): string {
  const body = text.slice(0, -CHECKSUM_LENGTH)
  const kept = body.slice(0, -1 - random.below(6))
  const rest = Array.from({ length: body.length - kept.length }, () => ALPHABET.charAt(random.below(62))).join('')
  const near = kept + rest + base62(crc32(kept + rest))
  return near === text ? wellFormedText(text, random) : near
}

function base62(value: number): string {
  let [rest, text] = [value, '']
  while (text.length < CHECKSUM_LENGTH) {
    text = ALPHABET.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  }
  return text
}
