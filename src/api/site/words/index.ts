/** All that the public site says, in every language; no text of a page stands anywhere else. */
import * as en from './en/index.ts'
import type { Widened } from './widened.ts'
import * as zh from './zh/index.ts'

const EN = {
  frame: en.FRAME,
  landing: en.LANDING,
  models: en.MODELS,
  status: en.STATUS,
  docs: en.DOCS,
  errors: en.ERRORS,
  reference: en.REFERENCE,
  manual: en.MANUAL,
  texts: en.TEXTS,
}

/** The words of one language, by page. */
export type SiteWords = Widened<typeof EN>

const ZH: SiteWords = {
  frame: zh.FRAME,
  landing: zh.LANDING,
  models: zh.MODELS,
  status: zh.STATUS,
  docs: zh.DOCS,
  errors: zh.ERRORS,
  reference: zh.REFERENCE,
  manual: zh.MANUAL,
  texts: zh.TEXTS,
}

/** The words of each language; a text that one lacks does not compile. */
export const SITE_WORDS: Readonly<Record<'en' | 'zh', SiteWords>> = { en: EN, zh: ZH }
