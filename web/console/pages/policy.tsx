import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
import { Asked, Choice, Empty, Field, List, Page, Section, Snippet } from '../../parts/index.ts'
import type { Disclosure, ListOf } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** The privacy policy as it is made of what the server does, and what authorities asked for. */
export function PolicyPage() {
  const words = useWords().policy
  return (
    <Page title={words.title} lead={words.lead}>
      <Section title={words.text}>
        <details>
          <summary>{words.read}</summary>
          <Asked<{ readonly text: string }> path="/operator/v1/policy?format=md">{({ text }) => <Snippet code={text} />}</Asked>
        </details>
      </Section>
      <Disclosures />
    </Page>
  )
}

function Disclosures() {
  const words = useWords().policy
  const may = useMay()
  const [isNoting, setNoting] = useState(false)
  const note = may('house') ? (
    <button type="button" onClick={() => setNoting(true)}>
      {words.note}
    </button>
  ) : undefined
  return (
    <Section title={words.disclosures} acts={note}>
      <p className="faint">{words.disclosuresMean}</p>
      <Asked<ListOf<Disclosure>> path="/operator/v1/privacy/disclosures">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.noDisclosures}</Empty>
          ) : (
            <List
              caption={words.disclosures}
              entries={data}
              keyOf={({ id }) => id}
              columns={[
                { head: words.day, cell: (one) => <time>{one.received_on}</time> },
                { head: words.country, cell: ({ country }) => country },
                { head: words.kind, cell: ({ kind }) => words.kinds[kind] },
                { head: words.outcome, cell: ({ outcome }) => words.outcomes[outcome] },
                { head: words.accounts, isNumber: true, cell: ({ accounts }) => showCount(accounts) },
              ]}
            />
          )
        }
      </Asked>
      {isNoting && <NoteDisclosure onClose={() => setNoting(false)} />}
    </Section>
  )
}

function NoteDisclosure({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().policy
  return (
    <ActDialog
      title={words.note}
      act={words.noteAct}
      fields={['received_on', 'country', 'kind', 'outcome', 'accounts']}
      onClose={onClose}
      run={(typed, once) =>
        call('/operator/v1/privacy/disclosures', { method: 'POST', body: { ...typed, accounts: Number(typed['accounts']) }, once })
      }
    >
      {(wrong) => (
        <>
          <p>{words.noteMeans}</p>
          <Field label={words.day} name="received_on" type="date" className="short" required autoFocus wrong={wrong('received_on')} />
          <Field
            label={words.country}
            hint={words.countryHint}
            name="country"
            className="short"
            pattern="[A-Z]{2}"
            required
            wrong={wrong('country')}
          />
          <Choice label={words.kind} name="kind" wrong={wrong('kind')}>
            {Object.entries(words.kinds).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </Choice>
          <Choice label={words.outcome} name="outcome" wrong={wrong('outcome')}>
            {Object.entries(words.outcomes).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </Choice>
          <Field
            label={words.accounts}
            name="accounts"
            inputMode="numeric"
            className="short"
            pattern="\d{1,7}"
            required
            wrong={wrong('accounts')}
          />
        </>
      )}
    </ActDialog>
  )
}
