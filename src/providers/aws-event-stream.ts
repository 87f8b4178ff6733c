import { crc32 } from 'node:zlib'

/** One message of an event stream: those of its headers that are texts, by name, and its payload. */
export type AwsMessage = { readonly headers: ReadonlyMap<string, string>; readonly payload: Buffer }

/** Reads messages as their bytes come; these may be cut anywhere. */
export type AwsMessageReader = {
  /** The messages that end in these bytes. Throws at what is none: a sum that does not fit, a length beyond all bounds. */
  readonly push: (chunk: Buffer) => readonly AwsMessage[]
  /** Whether all that has come is whole messages. */
  readonly isBetween: () => boolean
}

/** Two lengths and their sum; with the sum at the end it is the least that a message has. */
const PRELUDE_BYTES = 12
const SUM_BYTES = 4
const FRAME_BYTES = PRELUDE_BYTES + SUM_BYTES
const HEADERS_BYTES_MAX = 131_072
const PAYLOAD_BYTES_MAX = 25_165_824

/**
 * A reader of the framing in which AWS sends streams: each message with its lengths, headers, a payload, and sums (CRC-32) over the lengths
 * and over all of it. Source: https://smithy.io/2.0/aws/amazon-eventstream.html (2026-11-26).
 */
export function awsMessageReader(): AwsMessageReader {
  let parts: Buffer[] = []
  let bytes = 0
  let wanted = PRELUDE_BYTES
  return {
    push: (chunk) => {
      parts.push(chunk)
      bytes += chunk.length
      // Joined only when it is worth it, so that a long message that comes in short pieces is not copied with each.
      if (bytes < wanted) return []
      let rest = parts.length === 1 ? chunk : Buffer.concat(parts)
      const messages: AwsMessage[] = []
      for (wanted = wantedOf(rest); rest.length >= wanted; wanted = wantedOf(rest)) {
        messages.push(messageOf(rest.subarray(0, wanted)))
        rest = rest.subarray(wanted)
      }
      parts = [rest]
      bytes = rest.length
      return messages
    },
    isBetween: () => bytes === 0,
  }
}

/** The bytes of the message that begins here, or of its prelude while that is not whole. */
function wantedOf(bytes: Buffer): number {
  if (bytes.length < PRELUDE_BYTES) return PRELUDE_BYTES
  const [total, headers] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)]
  if (bytes.readUInt32BE(8) !== crc32(bytes.subarray(0, 8))) throw new Error('an event stream whose lengths do not fit their sum')
  const payload = total - headers - FRAME_BYTES
  if (headers > HEADERS_BYTES_MAX || payload < 0 || payload > PAYLOAD_BYTES_MAX)
    throw new Error('an event stream with a length beyond bounds')
  return total
}

function messageOf(message: Buffer): AwsMessage {
  const end = message.length - SUM_BYTES
  if (message.readUInt32BE(end) !== crc32(message.subarray(0, end)))
    throw new Error('a message of an event stream that does not fit its sum')
  const payloadAt = PRELUDE_BYTES + message.readUInt32BE(4)
  return { headers: headersOf(message.subarray(PRELUDE_BYTES, payloadAt)), payload: message.subarray(payloadAt, end) }
}

/** Bytes of the values of each type that has a length of its own; the other two are told their length in two bytes. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 }
const BYTES_TYPE = 6
const TEXT_TYPE = 7

function headersOf(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('a header of an event stream that is cut off')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const name = take(take(1).readUInt8()).toString('utf8')
    const type = take(1).readUInt8()
    const isTold = type === BYTES_TYPE || type === TEXT_TYPE
    const length = isTold ? take(2).readUInt16BE() : FIXED_BYTES[type]
    if (length === undefined) throw new Error('a header of an event stream of an unknown type')
    const value = take(length)
    if (type === TEXT_TYPE) headers.set(name, value.toString('utf8'))
  }
  return headers
}
