import type { Context } from 'hono'
import { siteDefaultsOf } from '../../catalog/index.ts'
import type { ApiEnv } from '../dependencies.ts'
import { type Language, languageOf } from '../statement-page/index.ts'
import { makeSite, type Site } from './site.ts'
import { SITE_WORDS, type SiteWords } from './words/index.ts'

/** Who reads a page: in which language, whether they chose it by the address, and where they are. */
export type View = {
  readonly site: Site
  readonly language: Language
  /** Whether "lang" stands in the address; then it goes on to every link, as no cookie remembers it. */
  readonly isChosen: boolean
  readonly words: SiteWords
  /** The path of the page, without what follows a question mark. */
  readonly path: string
}

/**
 * The reader of a request: "?lang=zh" first, so that an address shows the same to whoever it is sent to; else Accept-Language. A language that
 * the site is not written in is as if it were not named.
 */
export function viewOf(c: Context<ApiEnv>, site: Site): View {
  const { languages } = site.settings
  const asked = languages.find((language) => language === c.req.query('lang'))
  const read = languageOf(c.req.header('accept-language'))
  const language = asked ?? (languages.includes(read) ? read : (languages[0] ?? 'en'))
  return { site, language, isChosen: asked !== undefined, words: SITE_WORDS[language], path: c.req.path }
}

/** A link inside the site that keeps a chosen language. */
export function to(view: Pick<View, 'isChosen' | 'language'>, path: string): string {
  if (!view.isChosen) return path
  const [address = '', anchor] = path.split('#')
  const joined = `${address}${address.includes('?') ? '&' : '?'}lang=${view.language}`
  return anchor === undefined ? joined : `${joined}#${anchor}`
}

/** A reader of whom nothing is known, for pages that are printed apart from the site. */
export const plainView = (path: string, service: string, language: Language = 'en'): View => ({
  ...{ site: makeSite(siteDefaultsOf(service), ''), language, isChosen: false, words: SITE_WORDS[language], path },
})
