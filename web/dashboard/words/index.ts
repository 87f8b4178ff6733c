/** The dashboard's words: a file for each page, each of which has both languages or does not compile. Only that which is shown is loaded. */
import { loadedWords } from '../../lib/language.tsx'
import type { en } from './en.ts'

/** The words of the language that is shown. */
export const useWords = loadedWords<typeof en>({
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
})
