import { isUtf8 } from 'node:buffer'
import { fail } from '../failures.ts'
import { isWrittenNumber, type WrittenPlaces } from '../lib/index.ts'
import { DEPTH_MAX } from '../protocols/index.ts'
import type { Json, JsonObject } from './call.ts'
import { isObject, parseJson } from './json.ts'

/** An object of a client's request, and where it lies there: '' for the root, else such as `messages[2]`. */
export type Fields = {
  readonly object: JsonObject
  readonly path: string
  /** Paths of the fields that were given and have no canonical place; one list for the whole request, which reading fills. */
  readonly unknown: string[]
}

/** A request's body, and where numbers in it are kept as they were written; failure codes: invalid_json, json_too_deep. */
export function parseRequest(body: Buffer, written?: WrittenPlaces): Fields {
  const value = isUtf8(body) ? parseJson(body.toString(), written) : undefined
  if (!isObject(value)) return fail('invalid_json')
  if (isDeeper(value, DEPTH_MAX)) fail('json_too_deep', { limit: DEPTH_MAX })
  return { object: value, path: '', unknown: [] }
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return false
  if (levels === 0) return true
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

/** Where a field lies. */
export const pathTo = ({ path }: Fields, name: string): string => (path === '' ? name : `${path}.${name}`)

/** A field's value; undefined when it is absent or null. */
export function given({ object }: Fields, name: string): Json | undefined {
  const value = object[name]
  return value === null ? undefined : value
}

/** Refuses a field: invalid_field. */
export const refuse = (fields: Fields, name: string, expected: string): never =>
  fail('invalid_field', { field: pathTo(fields, name), expected })

/** A text, undefined when absent. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = given(fields, name)
  return value === undefined || typeof value === 'string' ? value : refuse(fields, name, 'it must be a string')
}

/** A text that has to be there: missing_field. */
export const requiredText = (fields: Fields, name: string): string => textOf(fields, name) ?? missing(fields, name)

/** Refuses a request that lacks a field: missing_field. */
export const missing = (fields: Fields, name: string): never => fail('missing_field', { field: pathTo(fields, name) })

/** One of some words, undefined when absent. */
export function wordOf<Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word | undefined {
  const value = given(fields, name)
  if (value === undefined) return undefined
  return words.find((word) => word === value) ?? refuse(fields, name, `it must be one of ${words.join(', ')}`)
}

/** true or false, undefined when absent. */
export function flagOf(fields: Fields, name: string): boolean | undefined {
  const value = given(fields, name)
  return value === undefined || typeof value === 'boolean' ? value : refuse(fields, name, 'it must be true or false')
}

/** A number, undefined when absent. */
export function numberOf(fields: Fields, name: string): number | undefined {
  const value = given(fields, name)
  return value === undefined || typeof value === 'number' ? value : refuse(fields, name, 'it must be a number')
}

/** A whole number within bounds, undefined when absent. */
export function wholeOf(
  fields: Fields,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const value = given(fields, name)
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value
  return refuse(fields, name, `it must be a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`)
}

/** A positive whole number, undefined when absent. */
export const countOf = (fields: Fields, name: string): number | undefined =>
  wholeOf(fields, name, { least: 1, most: Number.MAX_SAFE_INTEGER })

/** An object, undefined when absent. */
export function objectOf(fields: Fields, name: string): Fields | undefined {
  const value = given(fields, name)
  if (value === undefined) return undefined
  return isObject(value)
    ? { object: value, path: pathTo(fields, name), unknown: fields.unknown }
    : refuse(fields, name, 'it must be an object')
}

/** An object that has to be there. */
export const requiredObject = (fields: Fields, name: string): Fields => objectOf(fields, name) ?? missing(fields, name)

/** A list, undefined when absent. */
export function listOf(fields: Fields, name: string): readonly Json[] | undefined {
  const value = given(fields, name)
  return value === undefined || isList(value) ? value : refuse(fields, name, 'it must be an array')
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

/** A list of objects, undefined when absent. */
export function objectsOf(fields: Fields, name: string): readonly Fields[] | undefined {
  return listOf(fields, name)?.map((value, index) => {
    const path = `${pathTo(fields, name)}[${index}]`
    return isObject(value)
      ? { object: value, path, unknown: fields.unknown }
      : fail('invalid_field', { field: path, expected: 'it must be an object' })
  })
}

/** A list of texts, undefined when absent. */
export function textsOf(fields: Fields, name: string): readonly string[] | undefined {
  return listOf(fields, name)?.map((value, index) =>
    typeof value === 'string'
      ? value
      : fail('invalid_field', { field: `${pathTo(fields, name)}[${index}]`, expected: 'it must be a string' }),
  )
}

/** Notes the fields that were given and are none of `known`. */
export function noteOthers(fields: Fields, known: ReadonlySet<string>): void {
  for (const name of Object.keys(fields.object)) {
    if (!known.has(name) && given(fields, name) !== undefined) fields.unknown.push(pathTo(fields, name))
  }
}

/** Notes a field that was given and has no canonical place. */
export const noteUnknown = (fields: Fields, name: string): void => {
  fields.unknown.push(pathTo(fields, name))
}
