/** Bytes of a second of sound at the most that is usual, so that a count is never above the truth: 24,000 samples of 16 bits. */
export const SOUND_BYTES_PER_SECOND_MAX = 48_000

/**
 * Tokens of a second of sound that a model of OpenAI makes. Sources: https://platform.openai.com/docs/pricing ($0.015 a minute at $12 for a
 * million tokens), https://platform.openai.com/docs/guides/realtime-costs (2026-11-26).
 */
export const SOUND_TOKENS_PER_SECOND = 20

/** How fast sound comes to bytes and tokens. */
type SoundRate = { readonly bytesPerSecond?: number; readonly tokensPerSecond?: number }

/** Tokens of so many bytes of sound. */
export const soundTokens = (
  bytes: number,
  { bytesPerSecond = SOUND_BYTES_PER_SECOND_MAX, tokensPerSecond = SOUND_TOKENS_PER_SECOND }: SoundRate = {},
): number => Math.floor((bytes * tokensPerSecond) / bytesPerSecond)

/** Bytes that so many characters of base64 stand for. */
export const bytesOfBase64 = (characters: number): number => Math.floor((Math.max(0, characters) * 3) / 4)
