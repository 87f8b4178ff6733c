import { call } from '../../lib/call.ts'
import { useLanguage } from '../../lib/language.tsx'
import { Choice, Field } from '../../parts/index.ts'
import type { Incident } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { BOTH_FIELDS, BothLanguages, bothOf } from './both-languages.tsx'
import { timeOf } from './local-time.ts'

const PATH = '/operator/v1/incidents'
const BEGINNINGS = ['investigating', 'identified', 'watching'] as const
const STATES = [...BEGINNINGS, 'resolved'] as const

/** Opens an incident, on the status page at once. */
export function OpenIncident({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().incidents
  return (
    <ActDialog
      title={words.begin}
      act={words.beginAct}
      isWide
      fields={[...BOTH_FIELDS, 'model', 'began_at']}
      onClose={onClose}
      run={(typed, once) => {
        const { state, model = '', began_at: began, tell } = typed
        const beganAt = timeOf(began)
        const body = {
          ...{ title: bothOf(typed, 'title'), text: bothOf(typed, 'text'), state, tell: tell === 'on' },
          ...(model === '' ? {} : { model }),
          ...(beganAt === undefined ? {} : { began_at: beganAt }),
        }
        return call(PATH, { method: 'POST', body, once })
      }}
    >
      {(wrong) => (
        <>
          <BothLanguages wrong={wrong} />
          <StateChoice states={BEGINNINGS} />
          <div className="pair">
            <Field label={words.model} hint={words.modelHint} name="model" wrong={wrong('model')} />
            <Field label={words.beganAt} hint={words.beganHint} name="began_at" type="datetime-local" wrong={wrong('began_at')} />
          </div>
          <TellBox isChecked />
        </>
      )}
    </ActDialog>
  )
}

/** Says how an incident goes on, or that it is over. */
export function NoteIncident({ incident, onClose }: { readonly incident: Incident; readonly onClose: () => void }) {
  const words = useWords().incidents
  const { language } = useLanguage()
  return (
    <ActDialog
      title={words.sayTitle(incident.title[language])}
      act={words.sayAct}
      isWide
      fields={BOTH_FIELDS}
      onClose={onClose}
      run={(typed, once) => {
        const body = { state: typed['state'], text: bothOf(typed, 'text'), tell: typed['tell'] === 'on' }
        return call(`${PATH}/${incident.id}/notes`, { method: 'POST', body, once })
      }}
    >
      {(wrong) => (
        <>
          <StateChoice states={STATES} hint={words.endsIt} />
          <BothLanguages wrong={wrong} hasTitle={false} />
          <TellBox isChecked={false} />
        </>
      )}
    </ActDialog>
  )
}

function StateChoice({ states, hint }: { readonly states: readonly (typeof STATES)[number][]; readonly hint?: string }) {
  const words = useWords().incidents
  return (
    <Choice label={words.state} hint={hint} name="state">
      {states.map((state) => (
        <option key={state} value={state}>
          {words.states[state]}
        </option>
      ))}
    </Choice>
  )
}

function TellBox({ isChecked }: { readonly isChecked: boolean }) {
  const words = useWords().incidents
  return (
    <label className="choice">
      <input type="checkbox" name="tell" defaultChecked={isChecked} /> {words.tell}
    </label>
  )
}
