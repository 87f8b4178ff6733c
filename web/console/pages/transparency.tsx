import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
import { Asked, Choice, Empty, Field, List, Page, Section } from '../../parts/index.ts'
import type { Disclosure, ListOf, Transparency } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** The transparency report as it is public, and the note by which a demand of an authority is published in it. */
export function TransparencyPage() {
  const words = useWords().report
  return (
    <Page title={words.title} lead={words.lead}>
      <Disclosures />
      <Operators />
    </Page>
  )
}

function Operators() {
  const words = useWords().report
  return (
    <Section title={words.operators}>
      <p className="faint">{words.operatorsMean}</p>
      <Asked<Transparency> path="/operator/v1/policy/transparency">
        {({ months, checkpoints }) => (
          <>
            {months.length === 0 ? (
              <Empty>{words.noMonths}</Empty>
            ) : (
              <List
                caption={words.operators}
                entries={months}
                keyOf={({ month }) => month}
                columns={[
                  { head: words.month, cell: ({ month }) => <time>{month}</time> },
                  { head: words.looks, isNumber: true, cell: ({ looks }) => showCount(looks) },
                  { head: words.changes, isNumber: true, cell: ({ changes }) => showCount(changes) },
                  { head: words.accountsNamed, isNumber: true, cell: ({ accounts }) => showCount(accounts) },
                ]}
              />
            )}
            <p className="faint">{words.checkpoints(checkpoints)}</p>
          </>
        )}
      </Asked>
    </Section>
  )
}

function Disclosures() {
  const words = useWords().report
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
                { head: words.kind, cell: ({ kind }) => words.kinds[kind], isWhole: true },
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
  const words = useWords().report
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
