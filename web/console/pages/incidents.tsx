import { useState } from 'react'
import { useLanguage } from '../../lib/language.tsx'
import { Asked, Empty, List, Page, Section, Tag, When } from '../../parts/index.ts'
import type { Incident, ListOf } from '../answers.ts'
import { NoteIncident, OpenIncident } from '../news/incident-dialogs.tsx'
import { MaintenanceSection } from '../news/maintenance.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** What goes wrong and how it goes on, as everybody reads it on the status page. */
export function IncidentsPage() {
  const words = useWords().incidents
  const may = useMay()
  const [isOpening, setOpening] = useState(false)
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        may('house') && (
          <button type="button" className="main" onClick={() => setOpening(true)}>
            {words.begin}
          </button>
        )
      }
    >
      <Asked<ListOf<Incident>> path="/operator/v1/incidents">
        {({ data }) => (data.length === 0 ? <Empty>{words.none}</Empty> : <Incidents incidents={data} />)}
      </Asked>
      <MaintenanceSection />
      {isOpening && <OpenIncident onClose={() => setOpening(false)} />}
    </Page>
  )
}

function Incidents({ incidents }: { readonly incidents: readonly Incident[] }) {
  const words = useWords().incidents
  const { language } = useLanguage()
  const open = incidents.filter(({ ended_at: end }) => end === null)
  const past = incidents.filter(({ ended_at: end }) => end !== null)
  return (
    <>
      <Section title={words.goOn}>
        {open.length === 0 && <p className="good">{words.nothingGoesOn}</p>}
        {open.map((incident) => (
          <Open key={incident.id} incident={incident} />
        ))}
      </Section>
      {past.length > 0 && (
        <Section title={words.past}>
          <List
            caption={words.past}
            entries={past}
            keyOf={({ id }) => id}
            columns={[
              { head: words.title, cell: ({ title }) => title[language] },
              { head: words.about, cell: ({ model }) => (model === null ? words.wholeService : <code>{model}</code>) },
              { head: words.began, cell: ({ began_at: at }) => <When at={at} /> },
              { head: words.ended, cell: ({ ended_at: at }) => at !== null && <When at={at} /> },
              { head: words.notes, cell: ({ notes }) => <span className="faint">{notes[0]?.text[language]}</span> },
            ]}
          />
        </Section>
      )}
    </>
  )
}

function Open({ incident }: { readonly incident: Incident }) {
  const words = useWords().incidents
  const { language } = useLanguage()
  const may = useMay()
  const [isSaying, setSaying] = useState(false)
  return (
    <article className="paper">
      <p className="row faint">
        <When at={incident.began_at} />
        {incident.model === null ? words.wholeService : <code>{incident.model}</code>}
      </p>
      <h3>{incident.title[language]}</h3>
      <ul className="plain-list">
        {incident.notes.map(({ id, state, text, created_at: at }) => (
          <li key={id}>
            <p className="row">
              <Tag kind={state === 'watching' ? 'good' : 'todo'}>{words.states[state]}</Tag>
              <span className="faint">
                <When at={at} />
              </span>
            </p>
            <p>{text[language]}</p>
          </li>
        ))}
      </ul>
      {may('house') && (
        <div className="row">
          <button type="button" onClick={() => setSaying(true)}>
            {words.say}
          </button>
        </div>
      )}
      {isSaying && <NoteIncident incident={incident} onClose={() => setSaying(false)} />}
    </article>
  )
}
