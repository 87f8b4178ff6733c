import { useState } from 'react'
import { LANGUAGE_NAMES, LANGUAGES, type Language, useLanguage } from '../../lib/language.tsx'
import { Asked, Section, Segments, Snippet } from '../../parts/index.ts'
import type { PolicyState } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** What customers read, sentence by sentence, in the language of the console or the other. */
export function ReadText({ state }: { readonly state: PolicyState }) {
  const words = useWords().policy
  const { language: own } = useLanguage()
  const [chosen, setChosen] = useState<Language>()
  const language = chosen ?? own
  const isChinese = language === 'zh'
  return (
    <Section
      title={words.text}
      acts={
        <Segments
          label={words.language}
          value={language}
          choices={LANGUAGES.map((one) => ({ value: one, shown: LANGUAGE_NAMES[one] }))}
          onChange={(one) => setChosen(one === 'zh' ? 'zh' : 'en')}
        />
      }
    >
      <details>
        <summary>{words.readSentences}</summary>
        <div className="policy-text" lang={isChinese ? 'zh-Hans' : 'en'}>
          {state.sections.map(({ title, title_zh: titleZh, sentences }) => (
            <section key={title}>
              <h3>{isChinese ? titleZh : title}</h3>
              {sentences.map(({ text, text_zh: zh, clauses }) => (
                <p key={text}>
                  {isChinese && zh !== null ? zh : <span lang="en">{text}</span>} <code className="faint">{clauses.join(' ')}</code>
                </p>
              ))}
            </section>
          ))}
        </div>
      </details>
      <details>
        <summary>{words.read}</summary>
        <Asked<{ readonly text: string }> path="/operator/v1/policy?format=md">{({ text }) => <Snippet code={text} />}</Asked>
      </details>
    </Section>
  )
}
