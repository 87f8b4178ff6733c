import { createContext, type ReactNode, useContext, useState } from 'react'
import { type Keep, readKept, writeKept } from './kept.ts'

/** The languages of all pages. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]
/** What each is called where one is chosen, in itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' }

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

/** Loads the words of a language that were announced by `loadedWords`; rejects where they cannot be had. */
const load = async (language: Language): Promise<void> => void (await Promise.all(loads.map((one) => one(language))))
const loads: ((language: Language) => Promise<void>)[] = []

/** Loads the words of the language that pages begin in; to be called before anything is shown. */
export const loadFirstWords = (): Promise<void> => load(languageOf())

/** Gives pages their language: the one that was chosen here, else the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(languageOf)
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en'
  const choose = (chosen: Language) => {
    writeKept(KEEP, chosen)
    // What is shown stays until the words are here; where they are not to be had any more, a newer page has them.
    load(chosen).then(
      () => setLanguage(chosen),
      () => window.location.reload(),
    )
  }
  return <LanguageContext value={{ language, choose }}>{children}</LanguageContext>
}

/** The language and how to choose another. */
export const useLanguage = () => useContext(LanguageContext)

/** The words of the language, of a catalogue that has them all. */
export function useWordsOf<Words>(catalogue: Readonly<Record<Language, Words>>): Words {
  return catalogue[useLanguage().language]
}

/** A hook that gives the words of the language out of a catalogue for each, which is loaded before pages are shown in it. */
export function loadedWords<Words>(catalogues: Readonly<Record<Language, () => Promise<Words>>>): () => Words {
  const loaded: { [Of in Language]?: Words } = {}
  loads.push(async (language) => {
    loaded[language] ??= await catalogues[language]()
  })
  return function useLoadedWords() {
    const words = loaded[useLanguage().language]
    if (words === undefined) throw new Error('words are shown before they are loaded')
    return words
  }
}
