import { objectAt, type UsageObject } from '../usage-figures.ts'
import { valueAt } from './event.ts'

/**
 * Where a session has what decides on money, in the present interface and in the one before. Source:
 * https://platform.openai.com/docs/api-reference/realtime-client-events/session/update and the types of the package openai 7.34.0 (2026-11-26).
 */
const TURN_DETECTION = [['audio', 'input', 'turn_detection'], ['turn_detection']] as const
const TRANSCRIPTION = [['audio', 'input', 'transcription'], ['input_audio_transcription']] as const

/** Whether the upstream answers by itself when somebody has spoken; undefined where a session does not say. */
export function answersUnasked(session: UsageObject): boolean | undefined {
  const told = valuesAt(session, TURN_DETECTION)
  if (told.length === 0) return undefined
  return told.some((value) => value !== null && objectAt(value)?.['create_response'] !== false)
}

/** Models that are to write down what is heard: `off` where that is switched off, undefined where a session does not say. */
export function transcribers(session: UsageObject): readonly unknown[] | 'off' | undefined {
  const told = valuesAt(session, TRANSCRIPTION)
  if (told.length === 0) return undefined
  const models = told.filter((value) => value !== null).map((value) => objectAt(value)?.['model'])
  return models.length === 0 ? 'off' : models
}

/** A session whose models that write down are called something else. */
export function withTranscriber(session: UsageObject, model: string): UsageObject {
  return TRANSCRIPTION.reduce((changed, path) => {
    const value = objectAt(valueAt(changed, ...path))
    return value === undefined ? changed : withValue(changed, path, { ...value, model })
  }, session)
}

function withValue(fields: UsageObject, [first = '', ...rest]: readonly string[], value: unknown): UsageObject {
  return { ...fields, [first]: rest.length === 0 ? value : withValue(objectAt(fields[first]) ?? {}, rest, value) }
}

const valuesAt = (session: UsageObject, paths: readonly (readonly string[])[]): readonly unknown[] =>
  paths.map((path) => valueAt(session, ...path)).filter((value) => value !== undefined)
