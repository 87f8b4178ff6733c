import type { Json, JsonObject } from '../call.ts'
import { isObject, parseJson } from '../json.ts'

/** What a tool gave, in words. */
export type ToolWords = { readonly text: string; readonly isError: boolean }

/**
 * What a tool gave as the object that this protocol wants: JSON of an object as it is, else under "output", an error under "error".
 * Source: https://ai.google.dev/api/caching#FunctionResponse (2026-11-26).
 */
export function responseOf({ text, isError }: ToolWords): JsonObject {
  if (isError) return { error: text }
  const value = parseJson(text, 'everywhere')
  const isPlain = isObject(value) && Object.keys(value).length > 0 && soleMember(value) === undefined && JSON.stringify(value) === text
  return isPlain ? value : { output: text }
}

/** What a tool gave, in words; undefined when it is nothing at all. */
export function wordsOf(response: JsonObject): ToolWords | undefined {
  if (Object.keys(response).length === 0) return undefined
  const sole = soleMember(response)
  return { text: textOf(sole === undefined ? response : (response[sole] ?? null)), isError: sole === 'error' }
}

/** The member that holds all that an object says, where there is one. */
function soleMember(object: JsonObject): 'output' | 'error' | undefined {
  const names = Object.keys(object)
  if (names.length !== 1) return undefined
  return names[0] === 'output' || names[0] === 'error' ? names[0] : undefined
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
