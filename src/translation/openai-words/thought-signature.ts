import type { Json, JsonObject } from '../call.ts'
import { objectIn, textIn } from '../json.ts'

/**
 * The thought signature that Google has beside a tool call, where it speaks this protocol.
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures#openai (2026-11).
 */
export const signatureOf = (call: JsonObject): string | undefined =>
  textIn(objectIn(objectIn(call, 'extra_content') ?? {}, 'google') ?? {}, 'thought_signature')

/** The member of a tool call that carries a thought signature. */
export const signatureMember = (signature: string | undefined): Readonly<Record<string, Json>> =>
  signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }
