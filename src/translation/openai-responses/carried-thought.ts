import { PROTOCOL_NAMES, type ProtocolName } from '../call.ts'
import { isObject, optional, parseJson, textIn } from '../json.ts'

/**
 * Thoughts of a model behind another protocol. They go to the client as a reasoning item whose encrypted_content is this record, and come
 * back with it, so that signatures reach the protocol that they are from byte for byte.
 */
export type CarriedThought = {
  readonly origin: ProtocolName
  readonly signature?: string
  readonly encrypted?: string
  readonly isSummary?: boolean
}

const PREFIX = 'farebox.'

/** The record as the text of an encrypted_content. */
export const carry = (thought: CarriedThought): string => PREFIX + Buffer.from(JSON.stringify(thought)).toString('base64url')

/** The record of an encrypted_content; undefined for one that is OpenAI's own, or was tampered with. */
export function carriedIn(encrypted: string | undefined): CarriedThought | undefined {
  if (encrypted?.startsWith(PREFIX) !== true) return undefined
  const value = parseJson(Buffer.from(encrypted.slice(PREFIX.length), 'base64url').toString())
  if (!isObject(value)) return undefined
  const origin = PROTOCOL_NAMES.find((name) => name === value['origin'])
  if (origin === undefined) return undefined
  return {
    origin,
    ...optional('signature', textIn(value, 'signature')),
    ...optional('encrypted', textIn(value, 'encrypted')),
    ...(typeof value['isSummary'] === 'boolean' ? { isSummary: value['isSummary'] } : {}),
  }
}
