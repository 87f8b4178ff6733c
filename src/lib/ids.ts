import { randomFillSync } from 'node:crypto'

/** Makes ids; handed down so that tests can make them predictable. */
export type Ids = {
  /** A new UUID, version 7: time-ordered, 74 random bits; as "xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx". */
  readonly uuid: () => string
}

const UUID_BYTES = 16
const HALF = 0x1_0000_0000
const VERSION = 0x70
const VARIANT = 0x80

/** Ids from the system clock and the system's random source, drawn in blocks. Source: RFC 9562 §5.7 (2024-05). */
export function systemIds(now: () => number): Ids {
  const pool = Buffer.alloc(4096)
  const bytes = Buffer.alloc(UUID_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, UUID_BYTES)
  let used = pool.length
  return {
    uuid: () => {
      if (used + 10 > pool.length) {
        randomFillSync(pool)
        used = 0
      }
      const millis = Math.floor(now())
      const high = Math.floor(millis / HALF)
      view.setUint16(0, high)
      view.setUint32(2, millis - high * HALF)
      // What was drawn is not to be found here again.
      for (let at = 6; at < UUID_BYTES; at += 1) {
        bytes[at] = pool[used] ?? 0
        pool[used] = 0
        used += 1
      }
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
const HEX = '0123456789abcdef'
/** The value of each hexadecimal digit by its character code; -1 for all else. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => HEX.indexOf(String.fromCharCode(code).toLowerCase()))
const UUID_LENGTH = 36
/** The digits of each byte, as the number that two characters are. */
const PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => (HEX.charCodeAt(byte >> 4) << 8) | HEX.charCodeAt(byte & 15))
/** Where the digits of each byte stand. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
/** Where a text is put together; of what is left there only the dashes mean anything. */
const TEXT = Buffer.from('-'.repeat(UUID_LENGTH))
const TEXT_VIEW = new DataView(TEXT.buffer, TEXT.byteOffset, TEXT.length)

/** The canonical spelling of 16 bytes, made in one piece: as text that is put together of parts it would cost the look-ups it is for. */
export function bytesToUuid(bytes: Uint8Array, offset = 0): string {
  for (let byte = 0; byte < UUID_BYTES; byte += 1) TEXT_VIEW.setUint16(PLACES[byte] ?? 0, PAIRS[bytes[offset + byte] ?? 0] ?? 0)
  return TEXT.toString('latin1')
}

/** Writes the 16 bytes of a UUID at an offset; false when the text is none, and what is written then means nothing. */
export function writeUuid(uuid: string, bytes: Uint8Array, offset: number): boolean {
  if (uuid.length !== UUID_LENGTH) return false
  let at = 0
  for (let byte = 0; byte < UUID_BYTES; byte += 1) {
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
