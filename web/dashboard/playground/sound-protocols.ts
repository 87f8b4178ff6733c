import { at, countsAt, given, type PlaygroundProtocol, textAt } from './protocol.ts'

/** Voices that speak. Source: platform.openai.com/docs/api-reference/audio/createSpeech (2026-11-27). */
export const VOICES = [
  'alloy',
  'ash',
  'ballad',
  'cedar',
  'coral',
  'echo',
  'fable',
  'marin',
  'nova',
  'onyx',
  'sage',
  'shimmer',
  'verse',
] as const

/** A text that is spoken, as sound that browsers play. Source: platform.openai.com/docs/api-reference/audio/createSpeech (2026-11-27). */
export const speech: PlaygroundProtocol = {
  path: () => '/v1/audio/speech',
  headers: {},
  fields: ['system', 'prompt', 'voice'],
  answer: 'bytes',
  body: ({ model, system, prompt, voice }) => ({ model, input: prompt, voice, response_format: 'mp3', ...given('instructions', system) }),
  read: () => ({}),
}

const HEARD = {
  headers: {},
  fileField: 'file',
  answer: 'json',
  read: (told) => ({ ...textAt(told, 'text'), ...countsAt(at(told, 'usage'), 'input_tokens', 'output_tokens') }),
} as const satisfies Partial<PlaygroundProtocol>

/** Sound that is written down. Source: platform.openai.com/docs/api-reference/audio/createTranscription (2026-11-27). */
export const transcriptions: PlaygroundProtocol = {
  ...HEARD,
  path: () => '/v1/audio/transcriptions',
  fields: ['file'],
  body: ({ model }) => ({ model, response_format: 'json' }),
}

/** Sound that is written down in English. Source: platform.openai.com/docs/api-reference/audio/createTranslation (2026-11-27). */
export const audioTranslations: PlaygroundProtocol = {
  ...HEARD,
  path: () => '/v1/audio/translations',
  fields: ['file'],
  body: ({ model }) => ({ model, response_format: 'json' }),
}
