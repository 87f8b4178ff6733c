import type { Json } from '../call.ts'
import { isObject } from '../json.ts'
import * as plain from '../request-fields.ts'

/** As in ../request-fields.ts. */
export type Fields = plain.Fields

/**
 * The name under which a field was given: this protocol takes every field in camel case and in snake case alike.
 * Source: https://protobuf.dev/programming-guides/json/ (2026-11-26).
 */
export function spelled({ object }: Fields, name: string): string {
  const snake = snakeCase(name)
  return !Object.hasOwn(object, name) && Object.hasOwn(object, snake) ? snake : name
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Both spellings of some fields, for noteOthers. */
export const named = (...names: readonly string[]): ReadonlySet<string> => new Set(names.flatMap((name) => [name, snakeCase(name)]))

/** A field's value; undefined when it is absent or null. */
export const given = (fields: Fields, name: string): Json | undefined => plain.given(fields, spelled(fields, name))

/** A text, undefined when absent. */
export const textOf = (fields: Fields, name: string): string | undefined => plain.textOf(fields, spelled(fields, name))

/** A text that has to be there: missing_field. */
export const requiredText = (fields: Fields, name: string): string => plain.requiredText(fields, spelled(fields, name))

/** One of some words, undefined when absent. */
export const wordOf = <Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word | undefined =>
  plain.wordOf(fields, spelled(fields, name), words)

/** true or false, undefined when absent. */
export const flagOf = (fields: Fields, name: string): boolean | undefined => plain.flagOf(fields, spelled(fields, name))

/** A number, undefined when absent. */
export const numberOf = (fields: Fields, name: string): number | undefined => plain.numberOf(fields, spelled(fields, name))

/** A whole number within bounds, undefined when absent. */
export const wholeOf = (fields: Fields, name: string, bounds: { readonly least: number; readonly most: number }): number | undefined =>
  plain.wholeOf(fields, spelled(fields, name), bounds)

/** An object, undefined when absent. */
export const objectOf = (fields: Fields, name: string): Fields | undefined => plain.objectOf(fields, spelled(fields, name))

/** A list of texts, undefined when absent. */
export const textsOf = (fields: Fields, name: string): readonly string[] | undefined => plain.textsOf(fields, spelled(fields, name))

/** A list of objects, undefined when absent; one object stands for a list of one, as it does at the provider. */
export function objectsOf(fields: Fields, name: string): readonly Fields[] | undefined {
  const key = spelled(fields, name)
  const one = isObject(plain.given(fields, key)) ? plain.objectOf(fields, key) : undefined
  return one === undefined ? plain.objectsOf(fields, key) : [one]
}

/** Notes a field that was given and has no canonical place. */
export const noteUnknown = (fields: Fields, name: string): void => plain.noteUnknown(fields, spelled(fields, name))
