import { PROTOCOL_NAMES, type ProtocolName } from './call.ts'
import { isObject, optional, parseJson, textIn } from './json.ts'

/**
 * Thoughts of a model behind another protocol. They go to the client with this record in the place where its own protocol has what proves
 * or hides a thought, and come back with it, so that signatures reach the protocol that they are from byte for byte.
 */
export type CarriedThought = {
  readonly origin: ProtocolName
  readonly signature?: string
  readonly encrypted?: string
  readonly id?: string
  readonly isSummary?: boolean
  /** The tool call that the signature belongs to, where it is that of a call. */
  readonly callId?: string
}

/** What the record begins with as text. */
export const CARRIED_BEGINNING = 'farebox.'

/** The record as text. */
export const carry = (thought: CarriedThought): string => CARRIED_BEGINNING + Buffer.from(JSON.stringify(thought)).toString('base64url')

/** The record that some text is; undefined for what is the protocol's own, or was tampered with. */
export function carriedIn(text: string | undefined): CarriedThought | undefined {
  if (text?.startsWith(CARRIED_BEGINNING) !== true) return undefined
  const value = parseJson(Buffer.from(text.slice(CARRIED_BEGINNING.length), 'base64url').toString())
  if (!isObject(value)) return undefined
  const origin = PROTOCOL_NAMES.find((name) => name === value['origin'])
  if (origin === undefined) return undefined
  return {
    origin,
    ...optional('signature', textIn(value, 'signature')),
    ...optional('encrypted', textIn(value, 'encrypted')),
    ...optional('id', textIn(value, 'id')),
    ...(typeof value['isSummary'] === 'boolean' ? { isSummary: value['isSummary'] } : {}),
    ...optional('callId', textIn(value, 'callId')),
  }
}
