import { Choice, Field, Section, TextField } from '../../../parts/index.ts'
import type { OwnPolicy } from '../../answers.ts'
import { useWords } from '../../words/index.ts'
import { type Draft, replaced, without } from './draft.ts'

/** What fields are written with: the draft, how it changes, what is wrong with a field, and what is the file's. */
export type Writing = {
  readonly draft: Draft
  readonly onChange: (changes: Partial<Draft>) => void
  readonly wrong: (field: string) => string | undefined
  readonly own: OwnPolicy
}

const CONTACT_KINDS = ['email', 'web', 'post', 'messenger'] as const

/** Who runs the service, where, and under which law. */
export function WhoFields({ draft, onChange, wrong, own }: Writing) {
  const words = useWords().policyOwn
  const isFiled = own.set_by_file.includes('operator')
  return (
    <Section title={words.whoTitle}>
      <div className="form">
        <Field
          label={words.operator}
          hint={isFiled ? words.byFile : words.operatorHint}
          value={isFiled ? (own.in_use.operator ?? '') : draft.operator}
          readOnly={isFiled}
          maxLength={200}
          wrong={wrong('operator')}
          onChange={(event) => onChange({ operator: event.target.value })}
        />
        <Field
          label={words.operatorZh}
          hint={words.operatorZhHint}
          value={draft.operatorZh}
          maxLength={200}
          lang="zh-Hans"
          wrong={wrong('operator_zh')}
          onChange={(event) => onChange({ operatorZh: event.target.value })}
        />
        <Field
          label={words.country}
          hint={words.countryHint}
          className="short mono"
          value={draft.country}
          maxLength={2}
          wrong={wrong('country')}
          onChange={(event) => onChange({ country: event.target.value })}
        />
        <div className="pair">
          <Field
            label={words.lawEn}
            hint={words.lawHint}
            value={draft.lawEn}
            maxLength={200}
            wrong={wrong('law.en')}
            onChange={(event) => onChange({ lawEn: event.target.value })}
          />
          <Field
            label={words.lawZh}
            value={draft.lawZh}
            maxLength={200}
            lang="zh-Hans"
            wrong={wrong('law.zh')}
            onChange={(event) => onChange({ lawZh: event.target.value })}
          />
        </div>
      </div>
    </Section>
  )
}

/** Ways to reach the operator. */
export function ContactFields({ draft, onChange, wrong, own }: Writing) {
  const words = useWords().policyOwn
  const isFiled = own.set_by_file.includes('contacts')
  const contacts = isFiled ? own.in_use.contacts : draft.contacts
  const change = (index: number, changes: Partial<Draft['contacts'][number]>) => onChange({ contacts: replaced(contacts, index, changes) })
  return (
    <Section title={words.contactsTitle}>
      <p className="faint">{isFiled ? words.byFile : words.contactsMean}</p>
      {wrong('contacts') !== undefined && (
        <p className="wrong" role="alert">
          {wrong('contacts')}
        </p>
      )}
      {contacts.map(({ kind, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what is being typed has no other name
        <div key={index} className="form">
          <div className="pair">
            <Choice
              label={words.kind}
              value={kind}
              disabled={isFiled}
              onChange={(event) => change(index, { kind: CONTACT_KINDS.find((one) => one === event.target.value) ?? 'email' })}
            >
              {CONTACT_KINDS.map((one) => (
                <option key={one} value={one}>
                  {words.kinds[one]}
                </option>
              ))}
            </Choice>
            <Field
              label={words.value}
              value={value}
              readOnly={isFiled}
              maxLength={200}
              wrong={wrong(`contacts.${index}.value`)}
              onChange={(event) => change(index, { value: event.target.value })}
            />
          </div>
          {!isFiled && (
            <div className="row">
              <button type="button" onClick={() => onChange({ contacts: without(contacts, index) })}>
                {words.remove}
              </button>
            </div>
          )}
        </div>
      ))}
      {!isFiled && contacts.length < 10 && (
        <div className="row">
          <button type="button" onClick={() => onChange({ contacts: [...contacts, { kind: 'email', value: '' }] })}>
            {words.addContact}
          </button>
        </div>
      )}
    </Section>
  )
}

/** Paragraphs of the operator's own, each in both languages. */
export function ParagraphFields({ draft, onChange, wrong }: Writing) {
  const words = useWords().policyOwn
  const { paragraphs } = draft
  const next = Math.max(0, ...paragraphs.map(({ id }) => id)) + 1
  return (
    <Section title={words.paragraphsTitle}>
      <p className="faint">{words.paragraphsMean}</p>
      {paragraphs.map((one, index) => (
        <fieldset key={one.id} className="field">
          <legend>{words.paragraph(index + 1)}</legend>
          <div className="pair">
            {(['en', 'zh'] as const).map((language) => (
              <TextField
                key={language}
                label={language === 'en' ? words.english : words.chinese}
                lang={language === 'zh' ? 'zh-Hans' : 'en'}
                rows={4}
                maxLength={2000}
                value={one[language]}
                wrong={wrong(`paragraphs.${index}.${language}`)}
                onWrite={(text) => onChange({ paragraphs: replaced(paragraphs, index, { [language]: text }) })}
              />
            ))}
          </div>
          <div className="row">
            <button type="button" onClick={() => onChange({ paragraphs: without(paragraphs, index) })}>
              {words.remove}
            </button>
          </div>
        </fieldset>
      ))}
      {paragraphs.length < 20 && (
        <div className="row">
          <button type="button" onClick={() => onChange({ paragraphs: [...paragraphs, { id: next, en: '', zh: '' }] })}>
            {words.addParagraph}
          </button>
        </div>
      )}
    </Section>
  )
}
