import { fail } from '../../failures.ts'
import { LANGUAGES, type Language } from './words.ts'

/** The language that is asked for by name; without one, that of an Accept-Language header. Fails with invalid_field (lang). */
export function readLanguage(asked: string | undefined, header: string | undefined): Language {
  if (asked === undefined) return languageOf(header)
  return LANGUAGES.find((language) => language === asked) ?? fail('invalid_field', { field: 'lang', expected: LANGUAGES.join(' or ') })
}

/** The language that a reader wants most of those there are; English when none. Source: RFC 9110 §12.5.4 (2022-06). */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',', 20)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(text)?.[1]).find((text) => text !== undefined)
      return { tag: tag.toLowerCase(), quality: Number(quality ?? 1) }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
  for (const { tag } of wanted) {
    const found = LANGUAGES.find((language) => tag === language || tag.startsWith(`${language}-`))
    if (found !== undefined) return found
  }
  return 'en'
}
