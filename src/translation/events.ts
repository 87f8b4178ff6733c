import type { Usage } from '../spec/index.ts'
import type { Json, ProtocolName } from './call.ts'

/** Why an answer ended. `filter`: the provider withheld it; `pause`: the provider wants to be asked again to go on. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'filter' | 'refusal' | 'stop-sequence' | 'pause' | 'error' | 'other'

/**
 * An answer as a sequence of events, whole replies and streams alike. Parts of one choice come one after the other and are numbered from 0;
 * each begins, grows by deltas and ends. Choices are numbered from 0; most answers have one.
 */
export type CanonicalEvent =
  | { readonly type: 'start'; readonly id: string | undefined; readonly model: string | undefined; readonly createdAt: number | undefined }
  /** Figures so far, as far as they are known; a later one replaces an earlier one. */
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'part-start'; readonly choice: number; readonly part: number; readonly kind: PartStart }
  | { readonly type: 'text-delta'; readonly choice: number; readonly part: number; readonly text: string; readonly logprobs?: Json }
  | { readonly type: 'reasoning-delta'; readonly choice: number; readonly part: number; readonly text: string }
  /** Belongs to a reasoning part, or to a tool call for Gemini. */
  | { readonly type: 'signature'; readonly choice: number; readonly part: number; readonly signature: string }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly part: number; readonly text: string }
  /** The next characters of a tool call's arguments, as JSON text (or plain text for a custom tool). */
  | { readonly type: 'arguments-delta'; readonly choice: number; readonly part: number; readonly text: string }
  | { readonly type: 'citation'; readonly choice: number; readonly part: number; readonly origin: ProtocolName; readonly value: Json }
  | { readonly type: 'part-end'; readonly choice: number; readonly part: number }
  | { readonly type: 'finish'; readonly choice: number; readonly reason: FinishReason; readonly stopSequence: string | undefined }
  /** The provider says, in the middle of an answer, that it cannot go on. */
  | { readonly type: 'error'; readonly code: string | undefined; readonly message: string }
  /** The answer is whole; nothing follows. */
  | { readonly type: 'end' }

/** What a part of an answer is. */
export type PartStart =
  /** `phase` is OpenAI's name for what the text is for: commentary or the final answer. */
  | { readonly type: 'text'; readonly phase?: string }
  | { readonly type: 'refusal' }
  | {
      readonly type: 'reasoning'
      readonly origin: ProtocolName
      readonly id?: string
      readonly encrypted?: string
      readonly isSummary?: boolean
    }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly isCustom?: boolean }
  | { readonly type: 'image'; readonly mimeType: string; readonly data: string }
  | { readonly type: 'audio'; readonly mimeType: string; readonly data: string; readonly transcript?: string }
  /** Something of one protocol alone, whole; told only where both sides speak it. */
  | { readonly type: 'foreign'; readonly protocol: ProtocolName; readonly name: string; readonly value: Json }

/** Reads an upstream's reply, in chunks cut anywhere, as events; `end` tells what was waiting. Unknown events and fields are passed over. */
export type EventReader = { readonly push: (chunk: Buffer) => readonly CanonicalEvent[]; readonly end: () => readonly CanonicalEvent[] }

/** Writes events as a client's reply; the bytes of one event are whole frames. `end` is called once, after the last event. */
export type EventWriter = { readonly push: (event: CanonicalEvent) => Buffer; readonly end: () => Buffer }
