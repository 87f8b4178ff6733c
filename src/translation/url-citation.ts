import type { Json } from './call.ts'
import { countIn, isObject, objectIn, textIn } from './json.ts'

/** What a text quotes: an address, and the characters of the text that rest on it, where that was told. */
export type UrlCitation = {
  readonly url: string
  readonly title: string
  readonly range: { readonly start: number; readonly end: number } | undefined
}

/** A citation of any protocol as one of an address; undefined when it names none. */
export function urlCitationOf(value: Json): UrlCitation | undefined {
  if (!isObject(value)) return undefined
  const told = objectIn(value, 'url_citation') ?? objectIn(value, 'web') ?? value
  const url = textIn(told, 'url') ?? textIn(told, 'uri')
  if (url === undefined) return undefined
  const start = countIn(told, 'start_index')
  const end = countIn(told, 'end_index')
  return { url, title: textIn(told, 'title') ?? '', range: start === undefined || end === undefined ? undefined : { start, end } }
}
