import { createContext, type ReactNode, useContext, useState } from 'react'
import { type Keep, readKept, writeKept } from './kept.ts'

/** The languages of all pages. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const LanguageContext = createContext<{ readonly language: Language; readonly choose: (language: Language) => void }>({
  language: 'en',
  choose: () => undefined,
})

const KEEP: Keep = 'farebox.language'

function languageOf(): Language {
  const kept = readKept(KEEP)
  if (kept === 'en' || kept === 'zh') return kept
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** Gives pages their language: the one that was chosen here, else the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(languageOf)
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en'
  const choose = (chosen: Language) => {
    writeKept(KEEP, chosen)
    setLanguage(chosen)
  }
  return <LanguageContext value={{ language, choose }}>{children}</LanguageContext>
}

/** The language and how to choose another. */
export const useLanguage = () => useContext(LanguageContext)

/** The words of the language, of a catalogue that has them all. */
export function useWordsOf<Words>(catalogue: Readonly<Record<Language, Words>>): Words {
  return catalogue[useLanguage().language]
}
