/** Families of browsers that are told apart; no more of a browser than one of these and its main version is kept. */
export const BROWSER_FAMILIES = ['chrome', 'edge', 'firefox', 'opera', 'safari', 'samsung', 'other'] as const
export type BrowserFamily = (typeof BROWSER_FAMILIES)[number]

/** A browser as a session keeps it. */
export type Browser = { readonly family: BrowserFamily; readonly major: number | undefined }

/** Those that call themselves by another's name too come before it. */
const PATTERNS: readonly (readonly [BrowserFamily, RegExp])[] = [
  ['edge', /\bEdg(?:A|iOS)?\/(\d{1,4})/],
  ['opera', /\bOPR\/(\d{1,4})/],
  ['samsung', /\bSamsungBrowser\/(\d{1,4})/],
  ['firefox', /\b(?:Firefox|FxiOS)\/(\d{1,4})/],
  ['chrome', /\b(?:Chrome|CriOS)\/(\d{1,4})/],
  ['safari', /\bVersion\/(\d{1,4})[\d.]* (?:Mobile\/\w+ )?Safari\//],
]

/** Family and main version of what a User-Agent header says. Source: RFC 9110 §10.1.5 (2022-06). */
export function browserOf(userAgent: string | undefined): Browser {
  const text = (userAgent ?? '').slice(0, 512)
  for (const [family, pattern] of PATTERNS) {
    const major = pattern.exec(text)?.[1]
    if (major !== undefined) return { family, major: Number(major) }
  }
  return { family: 'other', major: undefined }
}

const NAMES: Readonly<Record<BrowserFamily, string>> = {
  chrome: 'Chrome',
  edge: 'Edge',
  firefox: 'Firefox',
  opera: 'Opera',
  safari: 'Safari',
  samsung: 'Samsung Internet',
  other: '-',
}

/** A browser as people read it, such as "Firefox 144". */
export const browserName = ({ family, major }: Browser): string => (major === undefined ? NAMES[family] : `${NAMES[family]} ${major}`)
