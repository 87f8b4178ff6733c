/** Tokens by what they stand for. */
export type Tokens = { readonly text: number; readonly audio: number }

/** The truth about one answer or transcript, filled in as it runs. */
export type RealtimePart = {
  readonly kind: 'response' | 'transcript'
  readonly id: string
  /** The model as it was asked for. */
  readonly model: string
  readonly input: Tokens
  readonly cached: Tokens
  output: Tokens
  /** Seconds that were heard, of transcripts that are billed by them. */
  seconds: number
  status: 'in_progress' | 'completed' | 'cancelled' | 'cut'
}

/** Sound is 24,000 samples of 16 bits. */
const SOUND_BYTES_PER_SECOND = 48_000

/** Source: https://platform.openai.com/docs/guides/realtime-costs: 100 ms of what is heard and 50 ms of what is spoken are a token (2026-11-26). */
export const HEARD_BYTES_PER_TOKEN = SOUND_BYTES_PER_SECOND / 10
export const SPOKEN_BYTES_PER_TOKEN = SOUND_BYTES_PER_SECOND / 20

/** Nothing. */
export const NO_TOKENS: Tokens = { text: 0, audio: 0 }

/** Both together. */
export const plus = (a: Tokens, b: Tokens): Tokens => ({ text: a.text + b.text, audio: a.audio + b.audio })

/** Seconds that so many bytes of sound last. */
export const secondsOf = (bytes: number): number => bytes / SOUND_BYTES_PER_SECOND

/**
 * The usage of an answer as its last event tells it. Source:
 * https://platform.openai.com/docs/api-reference/realtime-server-events/response/done (2026-11-26).
 */
export function toldUsage({ input, cached, output }: RealtimePart): object {
  const [read, made] = [input.text + input.audio, output.text + output.audio]
  return {
    total_tokens: read + made,
    input_tokens: read,
    output_tokens: made,
    input_token_details: {
      text_tokens: input.text,
      audio_tokens: input.audio,
      image_tokens: 0,
      cached_tokens: cached.text + cached.audio,
      cached_tokens_details: { text_tokens: cached.text, audio_tokens: cached.audio, image_tokens: 0 },
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  }
}
