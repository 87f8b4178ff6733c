import { NO_USAGE, type Usage } from '../../spec/index.ts'
import { readerRecord, readJsonReply, tryScan } from '../json-reply.ts'
import { JsonScanner } from '../json-scanner.ts'
import type { ReplyReader, ReplyShape } from '../protocol.ts'
import { scanPlan } from '../scan-plan.ts'
import { readStreamReply } from '../stream-reply.ts'
import type { UsageFigures, UsageObject } from '../usage-figures.ts'
import { readBytesReply } from './bytes-reply.ts'
import { partedUsage, surfaceUsage, type UsageReading } from './figures.ts'
import { transcriptFrames } from './transcript-frames.ts'

/** Bytes of a second at most: video of 100 million bits, which is taken for its sound. Two channels of 32 bits at 192,000 samples have an eighth. */
const BYTES_PER_SECOND_MAX = 12_500_000

/** Seconds that a file of sound or video lasts at least. */
export const leastSeconds = (fileBytes: number): number => Math.ceil(fileBytes / BYTES_PER_SECOND_MAX)

/** Characters of a second of speech at most, for transcripts that tell no times. */
const CHARACTERS_PER_SECOND_MAX = 30

const BYTES_PER_TOKEN = 4

/**
 * Reads a transcript. Models are billed by tokens, or by seconds that are rounded up here; JSON tells them. Plain text and subtitles do
 * not: their seconds are the last time they tell, or counted from the length of the text and the size of the file, and sure to be few.
 * Source: https://platform.openai.com/docs/api-reference/audio/json-object (2026-11-26).
 */
export function readTranscript({ isStream, contentType = '', call }: ReplyShape): ReplyReader {
  const least = call?.promptUsage?.().audioSeconds ?? 0
  if (isStream) {
    const uncounted = (bytes: number): Usage => secondsOf(Math.max(least, spokenSeconds(bytes)))
    return readStreamReply(transcriptFrames({ sink: () => surfaceUsage(transcriptFigures), uncounted }))
  }
  if (/json/i.test(contentType)) return readWhole(least)
  const times = timeReader()
  let length = 0
  return readBytesReply({
    tokensOf: (bytes) => Math.floor(bytes / BYTES_PER_TOKEN),
    onBytes: (chunk) => {
      length += chunk.length
      times.push(chunk)
    },
    usage: () => secondsOf(times.seconds() || Math.max(least, spokenSeconds(length))),
  })
}

const secondsOf = (audioSeconds: number): Usage => ({ ...NO_USAGE, audioSeconds })

/** Seconds that so many characters take to say at least. */
const spokenSeconds = (characters: number): number => Math.floor(characters / CHARACTERS_PER_SECOND_MAX)

const TOLD = scanPlan({ fields: ['duration', 'text'], isLenient: true, captureBytesMax: 64 })

/** A whole JSON transcript. One without a usage may tell a duration beside its text; else it is `least` seconds long at least. */
function readWhole(least: number): ReplyReader {
  const reader = readJsonReply(surfaceUsage(transcriptFigures))
  const scanner = new JsonScanner(TOLD)
  let isBroken = false
  const duration = (): number => {
    // vLLM tells it as a text.
    const told = Number(scanner.captured(0)?.toString().replaceAll('"', '') ?? 0)
    return told > 0 && told < SECONDS_MAX ? Math.ceil(told) : 0
  }
  const textBytes = (): number => Math.max(0, scanner.endOf(1) - scanner.startOf(1) - 2)
  return {
    ...readerRecord(reader),
    push: (chunk) => {
      if (!isBroken) isBroken = !tryScan(scanner, chunk)
      return reader.push(chunk)
    },
    countedOutput: () => Math.floor(textBytes() / BYTES_PER_TOKEN),
    isUsageFinal: () => reader.isUsageFinal() && reader.usage() !== undefined,
    usage: () => reader.usage() ?? secondsOf(duration() || Math.max(least, spokenSeconds(textBytes()))),
  }
}

/** Far longer than any sound that is heard in one call. */
const SECONDS_MAX = 1_000_000

const tokens = partedUsage('output')

/**
 * The figures of a transcript: seconds of sound where its model is billed by them, or tokens, under any of the names that they have.
 * Source of the other names: https://docs.mistral.ai/api/endpoint/audio/transcriptions (2026-11-30).
 */
export const transcriptFigures: UsageReading = (told, figures) =>
  readSeconds(told['seconds'] ?? told['prompt_audio_seconds'], figures) ?? tokens(underUsualNames(told), figures)

function underUsualNames(told: UsageObject): UsageObject {
  if (told['input_tokens'] !== undefined || told['output_tokens'] !== undefined) return told
  const { prompt_tokens, prompt_tokens_details, completion_tokens } = told
  return { input_tokens: prompt_tokens, input_token_details: prompt_tokens_details, output_tokens: completion_tokens }
}

function readSeconds(value: unknown, figures: UsageFigures): Partial<Usage> | undefined {
  const whole = typeof value === 'number' ? Math.ceil(value) : value
  const audioSeconds = figures.read({ seconds: whole }, 'seconds', undefined)
  return audioSeconds === undefined ? undefined : { audioSeconds }
}

const TIME = /--> *(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,]\d/g
/** Longest line of times, in bytes. */
const LINE_BYTES = 64

/** The last time of subtitles as they pass, cut anywhere: "00:01:02,000 --> 00:01:05,500" of SRT, or the same with a point of WebVTT. */
function timeReader() {
  let carry = ''
  let last: number | undefined
  return {
    push: (chunk: Buffer): void => {
      const text = carry + chunk.toString('latin1')
      for (const [, hours = '0', minutes, seconds] of text.matchAll(TIME)) {
        last = Math.max(last ?? 0, Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds))
      }
      carry = text.slice(-LINE_BYTES)
    },
    seconds: (): number | undefined => last,
  }
}
