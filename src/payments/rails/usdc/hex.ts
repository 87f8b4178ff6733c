const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/i
const HASH = /^0x[0-9a-f]{64}$/i
const ADDRESS = /^0x[0-9a-f]{40}$/i

/** The number of a JSON-RPC quantity ("0x1f"); undefined for anything else. Source: ethereum.org JSON-RPC "Hex encoding", as of 2026-11-26. */
export const readQuantity = (text: unknown): bigint | undefined =>
  typeof text === 'string' && QUANTITY.test(text) ? BigInt(text.toLowerCase()) : undefined

/** The same as a count of blocks, logs or seconds; undefined where it is no safe integer. */
export function readCount(text: unknown): number | undefined {
  const value = readQuantity(text)
  return value === undefined || value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value)
}

/** 32 bytes as "0x" and 64 lower-case digits; undefined for anything else. */
export const readHash = (text: unknown): string | undefined =>
  typeof text === 'string' && HASH.test(text) ? text.toLowerCase() : undefined

/** An address as "0x" and 40 lower-case digits, whatever its checksum; undefined for anything else. */
export const readAddress = (text: unknown): string | undefined =>
  typeof text === 'string' && ADDRESS.test(text) ? text.toLowerCase() : undefined

/** A count as JSON-RPC writes it. */
export const quantity = (count: number): string => `0x${count.toString(16)}`

/** An address as a topic: left-padded to 32 bytes. */
export const addressTopic = (address: string): string => `0x${address.slice(2).padStart(64, '0')}`

/** The address in a topic; undefined when the 12 bytes before it are not zero, as then it is none. */
export const topicAddress = (topic: unknown): string | undefined => {
  const word = readHash(topic)
  return word?.startsWith('0x000000000000000000000000') === true ? `0x${word.slice(26)}` : undefined
}
