/** The languages that people are written to in: English and Simplified Chinese. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const LENGTH_MAX = 200

/**
 * Which of our languages a person reads best, by the Accept-Language header of their browser; undefined where it names none of them. Source: RFC 9110
 * §12.5.4 (2022-06); https://www.rfc-editor.org/rfc/rfc9110#field.accept-language (2026-11-26).
 */
export function languageOf(header: string | undefined): Language | undefined {
  const ranges = (header ?? '').slice(0, LENGTH_MAX).split(',').map(readRange)
  const [best] = ranges.filter(({ language, weight }) => language !== undefined && weight > 0).toSorted((a, b) => b.weight - a.weight)
  return best?.language
}

function readRange(text: string): { readonly language: Language | undefined; readonly weight: number } {
  const match = /^\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/.exec(text)
  const language = LANGUAGES.find((one) => one === match?.[1]?.toLowerCase())
  return { language, weight: match === null ? 0 : Number(match[2] ?? 1) }
}
