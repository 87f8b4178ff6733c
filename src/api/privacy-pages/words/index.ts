/** What the privacy pages say around the policy, in every language; the policy itself has its own. */
import type { View, Widened } from '../../site/index.ts'
import { EN } from './en.ts'
import { ZH } from './zh.ts'

/** The words of one language. */
export type PrivacyWords = Widened<typeof EN>

const WORDS: Readonly<Record<View['language'], PrivacyWords>> = { en: EN, zh: ZH }

/** The words for a reader. */
export const wordsOf = ({ language }: Pick<View, 'language'>): PrivacyWords => WORDS[language]
