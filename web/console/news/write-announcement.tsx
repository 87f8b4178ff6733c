import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Choice, Field, Section, Segments } from '../../parts/index.ts'
import { ActDialog, type Typed } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { BOTH_FIELDS, BothLanguages, bothOf } from './both-languages.tsx'
import { timeOf } from './local-time.ts'

const TOPICS = ['announcements', 'models', 'incidents'] as const
type Topic = (typeof TOPICS)[number]

/** Writes an announcement in both languages, shows it as customers will see it, and sends it now or later. */
export function WriteAnnouncement({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().announcements
  const [typed, setTyped] = useState<Typed>({})
  const topic = (typed['topic'] ?? 'announcements') as Topic
  return (
    <ActDialog
      title={words.write}
      act={(typed['publish_at'] ?? '') === '' ? words.act : words.actLater}
      isWide
      fields={[...BOTH_FIELDS, 'model', 'effective_at', 'publish_at']}
      onClose={onClose}
      run={(written, once) => call('/operator/v1/announcements', { method: 'POST', body: bodyOf(written), once })}
    >
      {(wrong) => (
        <div className="form" onChange={({ currentTarget }) => setTyped(typedIn(currentTarget))}>
          <Choice label={words.topic} name="topic">
            {TOPICS.map((value) => (
              <option key={value} value={value}>
                {words.topics[value]}
              </option>
            ))}
          </Choice>
          <div className="pair">
            <Field label={words.model} hint={words.modelHint} name="model" required={topic === 'models'} wrong={wrong('model')} />
            <Field label={words.later} hint={words.laterHint} name="publish_at" type="datetime-local" wrong={wrong('publish_at')} />
          </div>
          {topic === 'models' && (
            <Field label={words.ends} name="effective_at" type="datetime-local" required className="short" wrong={wrong('effective_at')} />
          )}
          <BothLanguages wrong={wrong} />
          <p className="faint">{words.textHint}</p>
          <Preview typed={typed} topic={topic} />
        </div>
      )}
    </ActDialog>
  )
}

function typedIn(place: HTMLElement): Typed {
  const form = place.closest('form')
  const entries = form === null ? [] : [...new FormData(form).entries()]
  return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])))
}

function bodyOf(typed: Typed): object {
  const { topic, model = '', effective_at: ends, publish_at: later } = typed
  const [effectiveAt, publishAt] = [timeOf(ends), timeOf(later)]
  return {
    ...{ topic, title: bothOf(typed, 'title'), text: bothOf(typed, 'text') },
    ...(model === '' ? {} : { audience: 'model_users', model }),
    ...(effectiveAt === undefined ? {} : { effective_at: effectiveAt }),
    ...(publishAt === undefined ? {} : { publish_at: publishAt }),
  }
}

function Preview({ typed, topic }: { readonly typed: Typed; readonly topic: Topic }) {
  const words = useWords().announcements
  const [language, setLanguage] = useState('en')
  return (
    <Section title={words.preview}>
      <Segments
        label={words.previewLanguage}
        value={language}
        choices={[
          { value: 'en', shown: 'English' },
          { value: 'zh', shown: '简体中文' },
        ]}
        onChange={setLanguage}
      />
      <article className="paper" lang={language === 'zh' ? 'zh-Hans' : 'en'}>
        <p className="faint">{words.topics[topic]}</p>
        <h3>{typed[`title.${language}`] || words.empty}</h3>
        <p>{typed[`text.${language}`] || words.empty}</p>
      </article>
    </Section>
  )
}
