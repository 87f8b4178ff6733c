import { countDeltaText } from '../count-tokens.ts'
import type { RealtimeEvent } from './event.ts'

/** What has passed of an answer: text by our count and in bytes, and bytes of sound before its base64. */
export type Made = { readonly textTokens: number; readonly textBytes: number; readonly soundBytes: number }

/** Nothing yet. */
export const NOTHING_MADE: Made = { textTokens: 0, textBytes: 0, soundBytes: 0 }

/** Deltas of words and of sound, by their names in the present interface and in the one before. */
const WORDS = /^response\.(?:(?:output_)?text|(?:output_)?audio_transcript|function_call_arguments|mcp_call_arguments)\.delta$/
const SOUND = /^response\.(?:output_)?audio\.delta$/

/** What an event of an answer adds to it. Source: https://platform.openai.com/docs/api-reference/realtime-server-events (2026-11-26). */
export function madeOf({ type, fields }: RealtimeEvent): Made | undefined {
  const delta = fields['delta']
  if (typeof delta !== 'string') return undefined
  if (WORDS.test(type)) return { textTokens: countDeltaText(delta), textBytes: Buffer.byteLength(delta), soundBytes: 0 }
  return SOUND.test(type) ? { ...NOTHING_MADE, soundBytes: Math.floor((delta.length * 3) / 4) } : undefined
}
