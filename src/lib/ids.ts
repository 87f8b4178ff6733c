import { randomFillSync } from 'node:crypto'

/** Makes ids; handed down so that tests can make them predictable. */
export type Ids = {
  /** A new UUID, version 7: time-ordered, 74 random bits; as "xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx". */
  readonly uuid: () => string
}

/** Ids from the system clock and the system's random source, drawn in blocks. Source: RFC 9562 §5.7 (2024-05). */
export function systemIds(now: () => number): Ids {
  const pool = Buffer.alloc(4096)
  let used = pool.length
  return {
    uuid: () => {
      if (used + 10 > pool.length) {
        randomFillSync(pool)
        used = 0
      }
      const random = pool.toString('hex', used, used + 10)
      pool.fill(0, used, used + 10)
      used += 10
      const time = Math.floor(now()).toString(16).padStart(12, '0')
      const variant = (8 + (Number.parseInt(random.charAt(3), 16) & 3)).toString(16)
      return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
    },
  }
}

/** Whether a text is a UUID in its canonical lower-case spelling. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

/** The 16 bytes of a UUID. */
export const uuidToBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

/** The canonical spelling of 16 bytes. */
export function bytesToUuid(bytes: Buffer, offset = 0): string {
  const hex = bytes.toString('hex', offset, offset + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
