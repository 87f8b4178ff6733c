import { createHmac, timingSafeEqual } from 'node:crypto'
import { TOPICS, type Topic } from '../spec/index.ts'

/** Whose letters about what a token ends. */
export type Unsubscribing = { readonly accountId: string; readonly topic: Topic }

const [ID_BYTES, PLACE_BYTES, MAC_BYTES] = [16, 1, 20]

/** The token of the page that ends an account's letters about a topic: both, with a keyed hash, so that nobody ends another's; it has no end. Written in hexadecimal, in which no key can be spelled. */
export function unsubscribeToken(key: Buffer, { accountId, topic }: Unsubscribing): string {
  const told = Buffer.concat([Buffer.from(accountId.replaceAll('-', ''), 'hex'), Buffer.of(TOPICS.indexOf(topic))])
  return Buffer.concat([told, macOf(key, told)]).toString('hex')
}

/** What a token ends; undefined for one that was not made with this key. */
export function readUnsubscribeToken(key: Buffer, token: string): Unsubscribing | undefined {
  if (!/^[0-9a-f]{74}$/.test(token)) return undefined
  const bytes = Buffer.from(token, 'hex')
  const told = bytes.subarray(0, ID_BYTES + PLACE_BYTES)
  if (!timingSafeEqual(bytes.subarray(told.length), macOf(key, told))) return undefined
  const topic = TOPICS[told.at(-1) ?? TOPICS.length]
  const id = told.toString('hex', 0, ID_BYTES)
  return topic === undefined ? undefined : { accountId: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), topic }
}

const macOf = (key: Buffer, told: Buffer): Buffer => createHmac('sha256', key).update(told).digest().subarray(0, MAC_BYTES)
