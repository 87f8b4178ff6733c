import { randomFillSync } from 'node:crypto'

/** Makes ids; handed down so that tests can make them predictable. */
export type Ids = {
  /** A new UUID, version 7: time-ordered, 74 random bits; as "xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx". */
  readonly uuid: () => string
}

const VERSION = 0x70
const VARIANT = 0x80

/** Ids from the system clock and the system's random source, drawn in blocks. Source: RFC 9562 §5.7 (2024-05). */
export function systemIds(now: () => number): Ids {
  const pool = Buffer.alloc(4096)
  const bytes = Buffer.alloc(16)
  let used = pool.length
  return {
    uuid: () => {
      if (used + 10 > pool.length) {
        randomFillSync(pool)
        used = 0
      }
      bytes.writeUIntBE(Math.floor(now()), 0, 6)
      pool.copy(bytes, 6, used, used + 10)
      pool.fill(0, used, used + 10)
      used += 10
      bytes[6] = VERSION | ((bytes[6] ?? 0) & 0x0f)
      bytes[8] = VARIANT | ((bytes[8] ?? 0) & 0x3f)
      return bytesToUuid(bytes)
    },
  }
}

/** Whether a text is a UUID in its canonical lower-case spelling. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

/** The 16 bytes of a UUID. */
export const uuidToBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

const DASH = 0x2d
const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** The value of each hexadecimal digit by its character code; -1 for all else. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()))
const UUID_LENGTH = 36

/** The canonical spelling of 16 bytes, made in one piece: as text that is put together of parts it would cost the look-ups it is for. */
export function bytesToUuid(bytes: Uint8Array, offset = 0): string {
  const high = (at: number): number => HEX[(bytes[offset + at] ?? 0) >> 4] ?? 0
  const low = (at: number): number => HEX[(bytes[offset + at] ?? 0) & 15] ?? 0
  return String.fromCharCode(
    high(0),
    low(0),
    high(1),
    low(1),
    high(2),
    low(2),
    high(3),
    low(3),
    DASH,
    high(4),
    low(4),
    high(5),
    low(5),
    DASH,
    high(6),
    low(6),
    high(7),
    low(7),
    DASH,
    high(8),
    low(8),
    high(9),
    low(9),
    DASH,
    high(10),
    low(10),
    high(11),
    low(11),
    high(12),
    low(12),
    high(13),
    low(13),
    high(14),
    low(14),
    high(15),
    low(15),
  )
}

/** Writes the 16 bytes of a UUID at an offset; false when the text is none, and what is written then means nothing. */
export function writeUuid(uuid: string, bytes: Uint8Array, offset: number): boolean {
  if (uuid.length !== UUID_LENGTH) return false
  let at = 0
  for (let byte = 0; byte < 16; byte += 1) {
    if (codeAt(uuid, at) === DASH) at += 1
    const value = (digitAt(uuid, at) << 4) | digitAt(uuid, at + 1)
    if (value < 0) return false
    bytes[offset + byte] = value
    at += 2
  }
  return at === UUID_LENGTH
}

const digitAt = (text: string, at: number): number => DIGITS[codeAt(text, at)] ?? -1

/** Asked for by name, V8 looks the method up for each character once it has met texts of many kinds: of messages, of rows, of JSON. */
const codeAt = (text: string, at: number): number => String.prototype.charCodeAt.call(text, at)
