import { isWrittenNumber, readJson, type WrittenPlaces } from '../lib/index.ts'
import type { Json, JsonObject } from './call.ts'

/** Whether a value is an object with names, not a list, nor a number that was kept as it was written. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isWrittenNumber(value)

/** The JSON value that some text spells; undefined when it spells none. In the places that are given, numbers are kept as they were written. */
export function parseJson(text: string, written?: WrittenPlaces): Json | undefined {
  try {
    return readJson(text, written) as Json
  } catch {
    return undefined
  }
}

/** A member of an untrusted reply, if it is text; undefined otherwise. */
export function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name]
  return typeof value === 'string' ? value : undefined
}

/** A member of an untrusted reply, if it is a whole number from 0; undefined otherwise. */
export function countIn(object: JsonObject, name: string): number | undefined {
  const value = object[name]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** A member of an untrusted reply, if it is an object; undefined otherwise. */
export function objectIn(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name]
  return isObject(value) ? value : undefined
}

/** The objects of a list in an untrusted reply; whatever else is in it is passed over. */
export function objectsIn(object: JsonObject, name: string): readonly JsonObject[] {
  const value = object[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** An object without the members that are undefined. */
export function withoutUndefined(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value
  return kept
}

/** The keys that go before an optional member: `{ ...optional('id', id) }` has no id where there is none. */
export const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [key in Name]?: Value } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: Value })
