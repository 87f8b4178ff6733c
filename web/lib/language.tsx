import { createContext, type ReactNode, startTransition, use, useContext, useState } from 'react'
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
    // What is shown stays until the words are here.
    startTransition(() => setLanguage(chosen))
  }
  return <LanguageContext value={{ language, choose }}>{children}</LanguageContext>
}

/** The language and how to choose another. */
export const useLanguage = () => useContext(LanguageContext)

/** The words of the language, of a catalogue that has them all. */
export function useWordsOf<Words>(catalogue: Readonly<Record<Language, Words>>): Words {
  return catalogue[useLanguage().language]
}

/** A hook that gives the words of the language out of a catalogue for each, which is loaded when it is wanted first. */
export function loadedWords<Words>(catalogues: Readonly<Record<Language, () => Promise<Words>>>): () => Words {
  const begun = new Map<Language, Promise<Words>>()
  return function useLoadedWords() {
    const { language } = useLanguage()
    const words = begun.get(language) ?? catalogues[language]()
    begun.set(language, words)
    return use(words)
  }
}
