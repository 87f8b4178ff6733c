import { splitModel } from '../script.ts'
import { jsonAnswer, NO_PIECES, type SurfaceAnswer, type SurfaceRequest, streamAnswer, textOf, typedEvent } from './surface.ts'

/** A frame of silence at 48,000 samples and 160 kbit/s a second, as browsers play it. */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0xa4, 0x00]), Buffer.alloc(476)])
/** Sound of 160 kbit/s for each of 15 characters a second, 20 tokens a second. */
const BYTES_PER_CHARACTER = 1_300
const TOKENS_PER_CHARACTER = 1.4
/** Files of sound have 1,000 bytes and ten tokens a second. */
const FILE_BYTES_PER_SECOND = 1_000
const TOKENS_PER_SECOND = 10

const TRANSCRIPT = 'The ferry takes twenty minutes.'

/** Speech as bare sound, or as events that tell its tokens. Source: https://platform.openai.com/docs/api-reference/audio/createSpeech (2026-11-26). */
export function speechAnswer({ fields, tokenizer }: SurfaceRequest): SurfaceAnswer {
  const input = textOf(fields['input'])
  const characters = [...input].length
  const [prompt, audioOutput] = [tokenizer.count(input), Math.ceil(characters * TOKENS_PER_CHARACTER)]
  const truth = { prompt, output: audioOutput, parts: { audioOutput }, pieces: { ...NO_PIECES, characters } }
  const sound = Buffer.alloc(characters * BYTES_PER_CHARACTER, FRAME)
  if (fields['stream_format'] !== 'sse') return { ...jsonAnswer({}, truth), contentType: 'audio/mpeg', chunks: [sound] }
  const delta = { type: 'speech.audio.delta', audio: sound.subarray(0, 3_000).toString('base64') }
  const usage = { input_tokens: prompt, output_tokens: audioOutput, total_tokens: prompt + audioOutput }
  return streamAnswer([delta, { type: 'speech.audio.done', usage }].map(typedEvent), { ...truth, isStream: true })
}

/**
 * A transcript in the format that was asked for; models named after whisper bill seconds, all others tokens.
 * Source: https://platform.openai.com/docs/api-reference/audio/createTranscription (2026-11-26).
 */
export function transcriptAnswer({ fields, fileBytes, tokenizer }: SurfaceRequest): SurfaceAnswer {
  const seconds = fileBytes / FILE_BYTES_PER_SECOND
  const audioSeconds = Math.ceil(seconds)
  const bySeconds = splitModel(textOf(fields['model'])).name.includes('whisper')
  const [audioInput, output] = [audioSeconds * TOKENS_PER_SECOND, tokenizer.count(TRANSCRIPT)]
  const details = { audio_tokens: audioInput, text_tokens: 0 }
  const tokens = {
    type: 'tokens',
    input_tokens: audioInput,
    input_token_details: details,
    output_tokens: output,
    total_tokens: audioInput + output,
  }
  const usage = bySeconds ? { type: 'duration', seconds } : tokens
  const truth = bySeconds ? { pieces: { ...NO_PIECES, audioSeconds } } : { prompt: audioInput, output, parts: { audioInput } }
  if (textOf(fields['stream']) === 'true') {
    const words = TRANSCRIPT.split(/(?= )/).map((delta) => ({ type: 'transcript.text.delta', delta }))
    return streamAnswer([...words, { type: 'transcript.text.done', text: TRANSCRIPT, usage }].map(typedEvent), { ...truth, isStream: true })
  }
  const format = textOf(fields['response_format'])
  const plain = (contentType: string, text: string): SurfaceAnswer => ({ ...jsonAnswer({}, truth), contentType, chunks: [text] })
  const end = `00:00:${String(Math.floor(seconds)).padStart(2, '0')}`
  if (format === 'text') return plain('text/plain; charset=utf-8', `${TRANSCRIPT}\n`)
  if (format === 'srt') return plain('text/plain; charset=utf-8', `1\n00:00:00,000 --> ${end},000\n${TRANSCRIPT}\n\n`)
  if (format === 'vtt') return plain('text/vtt; charset=utf-8', `WEBVTT\n\n00:00.000 --> ${end}.000\n${TRANSCRIPT}\n\n`)
  if (format === 'verbose_json')
    return jsonAnswer({ task: 'transcribe', language: 'english', duration: seconds, text: TRANSCRIPT, segments: [], usage }, truth)
  return jsonAnswer({ text: TRANSCRIPT, usage }, truth)
}
