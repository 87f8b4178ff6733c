import { Field } from '../../parts/index.ts'
import type { Typed, WrongOf } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

const LANGUAGES = ['en', 'zh'] as const

/** The fields of words in both languages, under which the server can complain. */
export const BOTH_FIELDS = ['title.en', 'title.zh', 'text.en', 'text.zh'] as const

/** A title and a text in both languages, in a form; `hasTitle` false leaves the titles out. */
export function BothLanguages({ wrong, hasTitle = true }: { readonly wrong: WrongOf; readonly hasTitle?: boolean }) {
  const words = useWords().announcements
  return (
    <div className="pair">
      {LANGUAGES.map((language) => (
        <div key={language} className="form">
          {hasTitle && (
            <Field
              label={words.titleIn[language]}
              name={`title.${language}`}
              maxLength={200}
              required
              wrong={wrong(`title.${language}`)}
              lang={language === 'zh' ? 'zh-Hans' : 'en'}
            />
          )}
          <div className="field">
            <label htmlFor={`text-${language}`}>{words.textIn[language]}</label>
            <textarea
              id={`text-${language}`}
              name={`text.${language}`}
              rows={5}
              maxLength={500}
              required
              lang={language === 'zh' ? 'zh-Hans' : 'en'}
              aria-invalid={wrong(`text.${language}`) !== undefined}
            />
            {wrong(`text.${language}`) !== undefined && (
              <span className="wrong" role="alert">
                {wrong(`text.${language}`)}
              </span>
            )}
          </div>
        </div>
      ))}
    </div>
  )
}

/** The words that were typed in both languages; a text is one line. */
export const bothOf = (typed: Typed, what: 'title' | 'text'): { readonly en: string; readonly zh: string } => ({
  en: lineOf(typed[`${what}.en`]),
  zh: lineOf(typed[`${what}.zh`]),
})

const lineOf = (text = ''): string => text.replace(/\s*\n\s*/g, ' ')
