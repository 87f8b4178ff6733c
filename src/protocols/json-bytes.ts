/** Bytes of the JSON grammar. Source: https://www.rfc-editor.org/rfc/rfc8259 (December 2017). */
export const SPACE = 0x20
export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d
export const OPEN_BRACKET = 0x5b
export const CLOSE_BRACKET = 0x5d
export const MINUS = 0x2d
export const SMALL_U = 0x75
const [SMALL_A, SMALL_Z] = [0x61, 0x7a]

/** No bytes. */
export const NOTHING = Buffer.alloc(0)

/** Classes of bytes inside a string; 0 is passed over. `ODD` occurs in keys only: a byte that few of our field names have. */
export const PLAIN = 0
export const ENDS_STRING = 1
export const ESCAPES = 2
export const FORBIDDEN = 3
export const ODD = 4

/** Class of each byte inside a string value. */
export const TEXT_CLASS = classTable(() => PLAIN)
/** Class of each byte inside a key. */
export const KEY_CLASS = classTable((byte) => (/[a-z0-9_]/.test(String.fromCharCode(byte)) ? PLAIN : ODD))

function classTable(classOf: (byte: number) => number): Uint8Array {
  const table = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte += 1) table[byte] = byte < 0x20 ? FORBIDDEN : classOf(byte)
  table[QUOTE] = ENDS_STRING
  table[BACKSLASH] = ESCAPES
  return table
}

/** Whether a byte of a string value stands for itself; as TEXT_CLASS has it, without a look at it. */
export const isPlain = (byte: number): boolean => byte > BACKSLASH || (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH)
/** Whether a byte is what nearly all of keys is made of. */
export const isLetter = (byte: number): boolean => byte >= SMALL_A && byte <= SMALL_Z

/** Whether a byte is white space between tokens. */
export const isSpace = (byte: number): boolean => byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)

/** Whether a byte may follow a backslash: " \ / b f n r t u. */
export const isEscape = (byte: number): boolean => ESCAPE_BYTES[byte] === 1
const ESCAPE_BYTES = flagTable('"\\/bfnrtu')

/** The word that begins with a byte: true, false or null. */
export function literalOf(byte: number): Buffer | undefined {
  if (byte === TRUE[0]) return TRUE
  if (byte === FALSE[0]) return FALSE
  return byte === NULL[0] ? NULL : undefined
}
const [TRUE, FALSE, NULL] = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')]

/** Offset of the first byte from `from` on that is no white space between tokens, or the length. */
export function skipSpace(chunk: Buffer, from: number): number {
  let index = from
  while (index < chunk.length && isSpace(chunk[index] as number)) index += 1
  return index
}

/** Whether the letter u of an escape at `at` is followed by its four digits. */
export const isWholeHex = (chunk: Buffer, at: number): boolean =>
  at + 4 < chunk.length &&
  (HEX_BYTES[chunk[at + 1] as number] as number) +
    (HEX_BYTES[chunk[at + 2] as number] as number) +
    (HEX_BYTES[chunk[at + 3] as number] as number) +
    (HEX_BYTES[chunk[at + 4] as number] as number) ===
    4

/** Whether a byte is a hexadecimal digit. */
export const isHex = (byte: number): boolean => HEX_BYTES[byte] === 1
const HEX_BYTES = flagTable('0123456789abcdefABCDEF')

function flagTable(bytes: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of Buffer.from(bytes)) table[byte] = 1
  return table
}

/** States of a number: a row per state, a column per kind of byte; NUMBER_ENDS before a byte of none, NUMBER_BROKEN where the grammar does not go on. */
export const NUMBER_START = 0
export const NUMBER_ENDS = 14
const NUMBER_BROKEN = 15
const NUMBER_ROWS = [
  // minus, zero, digit, point, exponent, plus, no byte of a number
  [1, 2, 3, 15, 15, 15, 15], // 0 start
  [15, 2, 3, 15, 15, 15, 15], // 1 after the minus
  [15, 15, 15, 4, 6, 15, 14], // 2 after a leading zero
  [15, 3, 3, 4, 6, 15, 14], // 3 whole digits
  [15, 5, 5, 15, 15, 15, 15], // 4 after the point
  [15, 5, 5, 15, 6, 15, 14], // 5 decimals
  [7, 8, 8, 15, 15, 7, 15], // 6 after the e
  [15, 8, 8, 15, 15, 15, 15], // 7 after its sign
  [15, 8, 8, 15, 15, 15, 14], // 8 its digits
] as const
const NUMBER_NEXT = Uint8Array.from(NUMBER_ROWS.flatMap((row) => [...row, NUMBER_BROKEN]))
const NUMBER_KIND = new Uint8Array(256).fill(6)
for (const [kind, bytes] of ['-', '0', '123456789', '.', 'eE', '+'].entries())
  for (const byte of Buffer.from(bytes)) NUMBER_KIND[byte] = kind

/** Whether a byte can belong to a number at all. */
export const isNumeric = (byte: number): boolean => (NUMBER_KIND[byte] as number) < 6
/** The state of a number after one more byte. */
export const nextNumberState = (state: number, byte: number): number => NUMBER_NEXT[state * 8 + (NUMBER_KIND[byte] as number)] as number
