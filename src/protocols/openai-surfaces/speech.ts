import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { countStrings } from '../count-tokens.ts'
import { Decoding, decoders } from '../decoding.ts'
import { inputBound } from '../input-bound.ts'
import { readJsonReply } from '../json-reply.ts'
import { callOf, MODEL_BYTES_MAX } from '../plain-call.ts'
import type { DecodedCall, ReplyReader, ReplyShape } from '../protocol.ts'
import type { RequestFields, Span } from '../request-fields.ts'
import { scanPlan } from '../scan-plan.ts'
import { bytesOfBase64, SOUND_BYTES_PER_SECOND_MAX, soundTokens } from '../sound-tokens.ts'
import { replaceByText, splice } from '../splice.ts'
import { readStreamReply } from '../stream-reply.ts'
import { readBytesReply } from './bytes-reply.ts'
import { partedUsage, surfaceUsage } from './figures.ts'
import { surface } from './surface.ts'
import { typedFrames } from './typed-frames.ts'
import { refuseUnpriced, UNPRICED_FIELDS } from './unpriced-fields.ts'

const REQUEST = scanPlan({ fields: ['model', 'input', 'instructions', 'stream_format', 'response_format', ...UNPRICED_FIELDS] })

/** Longest text that is read to count its characters, in bytes; others refuse more than 4,096 characters. */
const INPUT_BYTES_MAX = 1_048_576

/** The protocol of /v1/audio/speech. Source: https://platform.openai.com/docs/api-reference/audio/createSpeech (2026-11-26). */
export const speech = surface({
  id: 'openai-speech',
  path: '/audio/speech',
  ...decoders((body) => new Decoding(body, { plan: REQUEST, callOf: (fields) => speechOf(body, fields) })),
  readReply,
  replyTypes: /^(?:audio\/[\w.+-]{1,60}|application\/octet-stream)$/,
})

/** The text is billed by its characters or its tokens, as the model is priced; the sound by what the model makes at most. */
function speechOf(body: Buffer, fields: RequestFields): DecodedCall {
  refuseUnpriced(fields)
  const text = fields.requiredText('input', INPUT_BYTES_MAX)
  const characters = [...text].length
  const spans = [fields.requiredSpan('input'), ...textSpan(body, fields, 'instructions')]
  return callOf({
    model: fields.requiredText('model', MODEL_BYTES_MAX),
    isStream: wordOf(body, fields.givenSpan('stream_format')) === 'sse',
    inputMax: inputBound(fields.shortestBytes, { hasTools: false, mediaBytes: 0, isUnbounded: false, others: 0 }),
    textBytes: fields.shortestBytes,
    outputMax: undefined,
    outputClasses: ['output', 'audioOutput'],
    madeClass: 'audioOutput',
    counts: { calls: 1, characters },
    bodyFor: (upstreamModel) => splice(body, [replaceByText(fields.requiredSpan('model'), upstreamModel)]),
    countInput: () => countStrings(body, spans),
    promptUsage: () => ({ input: countStrings(body, spans), characters }),
  })
}

function textSpan(body: Buffer, fields: RequestFields, name: string): readonly Span[] {
  const span = fields.givenSpan(name)
  return span === undefined || body[span.start] !== 0x22 ? [] : [span]
}

const wordOf = (body: Buffer, span: Span | undefined): string =>
  span === undefined ? '' : body.toString('latin1', span.start + 1, Math.min(span.end - 1, span.start + 20))

const LAST: ReadonlySet<string> = new Set(['speech.audio.done'])

/**
 * Speech as events tells its tokens; as bare sound it tells nothing, and its tokens are counted from its length.
 * Source: https://platform.openai.com/docs/api-reference/audio/speech-audio-done-event (2026-11-26).
 */
function readReply({ isStream, contentType = '', call }: ReplyShape): ReplyReader {
  const sink = surfaceUsage(partedUsage('audioOutput'))
  const asked = { ...NO_USAGE, ...call?.promptUsage?.() }
  const withCharacters = (): Usage | undefined => {
    const told = sink.usage()
    return told === undefined ? undefined : { ...told, characters: asked.characters }
  }
  if (isStream) {
    let bytes = 0
    const onSound = (characters: number): void => {
      bytes += bytesOfBase64(characters)
    }
    const countedOutput = (): number => soundTokens(bytes)
    return readStreamReply(typedFrames({ sink, last: LAST, ends: 1, usage: withCharacters, onSound, countedOutput }))
  }
  if (/json/i.test(contentType)) return readJsonReply(sink)
  return readBytesReply({ usage: () => asked, tokensOf: (bytes) => soundTokens(bytes, { bytesPerSecond: bytesPerSecondOf(contentType) }) })
}

/** Bytes of a second of speech at the most that is usual, by the rate of the codec. */
const BYTES_PER_SECOND: readonly (readonly [RegExp, number])[] = [
  [/mpeg|mp3/i, 20_000],
  [/aac|mp4/i, 16_000],
  [/opus|ogg|webm/i, 12_000],
]

const bytesPerSecondOf = (contentType: string): number => {
  const [, perSecond] = BYTES_PER_SECOND.find(([type]) => type.test(contentType)) ?? [undefined, SOUND_BYTES_PER_SECOND_MAX]
  return perSecond
}
